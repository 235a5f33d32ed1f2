"""Documents for property tests: lines that mean something to the grammar, in any order, and edits of them."""

from __future__ import annotations

from hypothesis import strategies as st

from neuromem_sync.model import Route
from neuromem_sync.parsers import Document
from neuromem_sync.parsers.shapes import SHAPES

LINES = (
    "",
    "",
    "# Title",
    "## Credentials",
    "Passwords\n---",
    "## Section",
    "### Alpha",
    "#### Context",
    "### 14:02 — Fixed the gateway",
    "## 2026-03-01 — Use SQLite",
    "### Use Rust (2026-02-01)",
    "## 2026-02-30 — Never",
    "## YYYY-MM-DD — Title",
    "### Steps",
    "###### Deep ^deep",
    "Underlined",
    "===",
    "---",
    " # Indented",
    "- item #tag",
    "- 14:05 Deployed with @ana",
    "- [ ] task",
    "- [x] done ^t1",
    "- [idea] observed (here (twice))",
    "- depends on [[Gateway|gw]] (since May)",
    "- **Status:** 🟢 active",
    "- **Decision:** Use SQLite",
    "- **Rationale:**",
    "  - small",
    "- Mistake: rushed",
    "- Lesson: wait",
    "**Topic (2026-01-02)**",
    "**Timezone:** Asia/Tokyo",
    "procedure:: deploy",
    "outcome:: success",
    "1. run {target:all}",
    "2. check",
    "   - nested",
    "> quoted",
    "> [!note] called",
    "> - **Status:** 🔴 task:: build",
    "> ```",
    "- task:: build state:: done; supersedes [[Gateway]]",
    "a stray ` here",
    "<!-- importance: 7 -->",
    "```",
    "```py",
    "~~~",
    "    code",
    "<!-- trigger: release -->",
    "<!-- open",
    "-->",
    "<pre>",
    "</pre>",
    "<div>",
    "| Date | Decision | Rationale |",
    "|---|---|---|",
    "| 2026-01-01 | Use git | `a|b` |",
    "| A | B |",
    "HEARTBEAT_OK",
    "Alice works with Bob Jones on api/gateway.py. Überall 日本.",
    "plain words that say a little",
    "trailing spaces   ",
    "\ttabbed",
)
MARKED = (
    "<private>",
    "</private>",
    "<!-- neuromem:private -->",
    "<!-- neuromem:begin memory v=1 sha256=00 -->",
    "<!-- neuromem:end memory kept= gone= -->",
    "- The gateway runs Debian <!-- nm:f226e3ee41 -->",
    "- The gateway runs Ubuntu <!-- nm:f226e3ee41 -->",
    "<!-- openclaw:dreaming:light:start -->",
    "<!-- openclaw:dreaming:light:end -->",
    "<<<<<<< HEAD",
    "=======",
    ">>>>>>> theirs",
    "title: x",
    "tags: [a, b]",
)

plain = st.sampled_from(LINES)
lines = st.one_of(plain, plain, plain, st.sampled_from(MARKED))
endings = st.sampled_from(("\n", "\n", "\n", "\r\n"))


@st.composite
def texts(draw: st.DrawFn, most: int = 30, marked: bool = True) -> str:
    """A document of such lines, now and then with frontmatter, a BOM or words of its own; `marked`: with regions."""
    ending = draw(endings)
    line = lines if marked else plain
    written = draw(st.lists(st.one_of(line, line, line, st.text(max_size=12)), max_size=most))
    top = draw(st.sampled_from(("", "", "", "\ufeff", f"---{ending}title: A{ending}---{ending}")))
    return top + ending.join(written) + draw(st.sampled_from(("", ending)))


@st.composite
def documents(draw: st.DrawFn, marked: bool = True) -> Document:
    route = draw(st.sampled_from(sorted(SHAPES)))
    path = {Route.LOG: "memory/2026-03-01.md"}.get(route, "notes/thing.md")
    return Document(path, draw(texts(marked=marked)).encode(errors="replace"), route, "Europe/Berlin")


@st.composite
def edits(draw: st.DrawFn, data: bytes, marked: bool = True) -> bytes:
    """The document after something was typed, pasted or taken out somewhere."""
    start = draw(st.integers(0, len(data)))
    end = draw(st.integers(start, min(len(data), start + draw(st.sampled_from((0, 1, 8, 80))))))
    text = texts(4, marked).map(lambda text: text.encode(errors="replace"))
    new = draw(st.one_of(st.sampled_from((b"", b"\n", b"#", b"x")), text))
    return data[:start] + new + data[end:]
