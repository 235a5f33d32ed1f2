"""The forms inside a line that mean something on every route: fields, links, tags, marks, people.

Sees one slice of text and nothing around it; prose is read by prose.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from neuromem_sync.model import Entity, Relation, entity_key
from neuromem_sync.parsers.code import comments, spans, spoken, without
from neuromem_sync.parsers.words import LOG_FIELDS

STATES = {
    "🟢": "active", "🟡": "in progress", "🔴": "blocked", "✅": "done", "⬜": "open", "❌": "failed",
}  # fmt: skip
CHECKS = {
    " ": "open", "x": "done", "X": "done", "/": "in progress", "-": "cancelled", ">": "forwarded",
    "<": "scheduled", "!": "important", "?": "question", "*": "star", '"': "quote", "b": "bookmark",
    "i": "information", "I": "idea", "l": "location", "p": "pro", "c": "con", "S": "savings", "f": "fire",
    "k": "key", "w": "win", "u": "up", "d": "down", "n": "pinned",
}  # fmt: skip
CERTAINTIES = frozenset(("certain", "likely", "assumption", "unknown"))

_LEAD = r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?"
BOLD_FIELD = re.compile(
    rf"^{_LEAD}\*\*(?P<key>[^*\n:]{{1,80}}?)[ \t]*(?::\*\*|\*\*[ \t]*:)(?=\s|$)(?P<gap>[ \t]*)(?P<value>[^\n]*)", re.M
)
_DOUBLE_FIELD = re.compile(
    rf"(?:^{_LEAD}(?P<key>[^\W\d_][\w-]*(?:[ ][\w-]+){{0,2}})|(?<=[\s(\[])(?P<word>[^\W\d_][\w-]*))::(?=\s|$)", re.M
)
_LINK = re.compile(r"\[\[([^\[\]\n]{1,500})\]\]")
_MARKDOWN_LINK = re.compile(r"\]\(<?([^()<>\s]{1,500})>?(?:[ \t]+\"[^\"\n]{0,200}\")?\)")
_TAG = re.compile(r"(?<!\S)#([\w/-]*[^\W\d_][\w/-]*)")
_PERSON = re.compile(r"(?<![\w.@/])@([^\W\d_][\w-]*(?:\.[\w-]+)*)(?![\w/@])")
_ANCHOR = re.compile(r"(?:^|(?<=\s))\^([A-Za-z0-9-]+)[ \t\r]*$", re.M)
_CALLOUT = re.compile(r"^[ \t]*>[ \t]*\[!(\w[\w-]*)\]", re.M)
_CERTAINTY = re.compile(r"\[(certain|likely|assumption|unknown)\](?![(\[])", re.I)
_ANNOTATION = re.compile(r"<!--[ \t]*(trigger|importance|project)[ \t]*:[ \t]*([^\n]{1,500}?)[ \t]*-->")
_PROMOTION = re.compile(r"<!--[ \t]*openclaw-memory-promotion:[ \t]*(\S{1,200})[ \t]*-->")
_RELATION = re.compile(
    r"^[ \t]*[-*+][ \t]+(?:\"(?P<quoted>[^\"\n]{1,80})\"|(?P<words>[^\W\d_][\w'’-]*(?:[ ][\w'’-]+){0,2}))[ \t]+"
    r"!?\[\[(?P<target>[^\[\]\n]{1,500})\]\](?:[ \t]+\((?P<context>[^\n]*)\))?[ \t]*(?:\^[\w-]+)?[ \t\r]*$",
    re.M,
)
SUPERSEDES = "supersedes"
# A clause of its own: after `no longer` or `never` the word says the opposite, before `?` nothing.
_SUPERSEDES = re.compile(
    r"(?:^[ \t]*(?:[-*+][ \t]+)?|[;,.(—–][ \t]*|\b(?:and|which)[ \t]+)(?:\*\*)?supersedes(?::\*\*|\*\*:|::?)?[ \t]+"
    r"(?P<targets>!?\[\[[^\[\]\n]{1,500}\]\](?:(?:[ \t]*,|[ \t]+and|[ \t]*&)[ \t]*!?\[\[[^\[\]\n]{1,500}\]\])*)"
    r"(?![ \t]*\?)",
    re.I | re.M,
)
_OBSERVATION = re.compile(
    r"[ \t]*[-*+][ \t]+\[(?P<category>[^\W\d_][^\[\]()^|\n]{1,40})\](?![(\[:])[ \t]+(?P<text>\S[^\n]*)"
)


@lru_cache(maxsize=65536)
def entity(name: str, type: str = "name") -> Entity:
    return Entity(key=entity_key(name), name=name, type=type)


@lru_cache(maxsize=4096)
def attribute_key(name: str) -> str:
    """A field's name as an attribute: folded, spaces and dashes as `_`, no apostrophes."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("'", "").replace("’", "")
    return "_".join(plain.replace("-", " ").replace("_", " ").split())


class Marks:
    """Everything found in one slice: `masked` is the slice with code and comments blanked, `said` also quotations.

    Of what is quoted come names, links and tags, by which it is found, and nothing that it says.
    """

    __slots__ = ("aliases", "anchor", "attributes", "entities", "links", "masked", "relations", "said", "spans", "tags")

    def __init__(self, text: str, *, quoted: bool, callouts: bool) -> None:
        self.spans = spans(text)
        self.masked = without(text, self.spans)
        self.said = "" if quoted else spoken(self.masked, callouts=callouts)
        self.anchor: str | None = None
        self.tags: dict[str, None] = {}
        self.links: dict[str, None] = {}
        self.attributes: dict[str, str] = {}
        self.entities: dict[str, Entity] = {}
        self.aliases: dict[str, list[str]] = {}
        self.relations: list[Relation] = []

    def add(self, found: Entity) -> None:
        """The first form a name is met in decides its type: structure is read before prose."""
        if found.key:
            self.entities.setdefault(found.key, found)

    def named(self) -> tuple[Entity, ...]:
        if not self.aliases:
            return tuple(self.entities.values())
        return tuple(
            Entity(key=e.key, name=e.name, type=e.type, aliases=tuple(self.aliases.get(e.key, ())))
            for e in self.entities.values()
        )


def read(
    text: str, subject: str, placeholder: Callable[[str], bool], *, quoted: bool = False, callouts: bool = True
) -> Marks:
    """The forms of a slice; `placeholder` says which values are nothing. Relations have `subject` as theirs.

    `quoted`: all of it is a quotation or code; `callouts`: what stands in one is said (code.spoken).
    """
    marks = Marks(text, quoted=quoted, callouts=callouts)
    plain, said = marks.masked, marks.said
    if "<!--" in text and said:
        _annotations(text, marks)
    if "**" in said or "::" in said:
        for key, value in fields(text, said):
            if not placeholder(value):
                set_attribute(marks.attributes, key, value)
    if "[" in plain:
        _brackets(plain, subject, marks)
    if "#" in plain.lstrip("#"):
        for tag in _TAG.findall(plain):
            marks.tags[tag.strip("/").casefold()] = None
    if "@" in plain:
        for name in _PERSON.findall(plain):
            marks.add(entity(name, "person"))
    if "^" in plain and (anchor := _ANCHOR.search(said or plain)):
        marks.anchor = anchor[1]
    return marks


def fields(text: str, plain: str) -> Iterator[tuple[str, str]]:
    """`**Key:** value` and `Key:: value` as written, with the code that a value begins with, which `plain` has as
    spaces; an empty value takes the indented lines below it."""
    if "**" in plain:
        for field, stop in _until_next(BOLD_FIELD, plain):
            coded = "`" in text[field.start("gap") : field.end("gap")]
            value = text[field.start("gap" if coded else "value") : field.end("value")].strip()
            yield field["key"], value or _below(text[field.end() : stop])
    if "::" in plain:
        for field, stop in _until_next(_DOUBLE_FIELD, plain):
            line_end = text.find("\n", field.end(), stop)
            yield _key(field), text[field.end() : stop if line_end < 0 else line_end].strip()


def _until_next(pattern: re.Pattern[str], plain: str) -> Iterator[tuple[re.Match[str], int]]:
    """Each match, with where the next one begins."""
    found = list(pattern.finditer(plain))
    return zip(found, [*(later.start() for later in found[1:]), len(plain)], strict=False)


def _key(field: re.Match[str]) -> str:
    key = field["key"] or field["word"]
    last: str = key.rpartition(" ")[2]
    return last if last.casefold() in LOG_FIELDS else key


def _below(text: str) -> str:
    """The indented lines that continue an empty field, without their list marks."""
    values = []
    for line in text.split("\n")[1:]:
        if line.strip() and line[0] not in " \t":
            break
        values.append(re.sub(r"^(?:[-*+]|\d{1,9}[.)])\s+", "", line.strip()))
    return "; ".join(filter(None, values))


def set_attribute(attributes: dict[str, str], key: str, value: str) -> None:
    """Add a field; the same key again is a further value. A state mark at the value's start says the state."""
    name = attribute_key(key)
    if not name:
        return
    attributes[name] = f"{attributes[name]}; {value}" if name in attributes else value
    if value and (state := STATES.get(value[0])):
        attributes.setdefault("state", state)


def _annotations(text: str, marks: Marks) -> None:
    for comment in comments(text, marks.spans, marks.said):
        if found := _ANNOTATION.fullmatch(comment):
            marks.attributes[found[1]] = found[2]
        elif promoted := _PROMOTION.fullmatch(comment):
            marks.attributes["promotion"] = promoted[1]


def _brackets(plain: str, subject: str, marks: Marks) -> None:
    if "[[" in plain:
        for relation in _RELATION.finditer(marks.said):
            marks.relations.append(_relation(relation, subject))
        if SUPERSEDES in marks.said.casefold():
            _superseded(subject, marks)
        for link in _LINK.finditer(plain):
            _link(link[1], marks, said=marks.said.startswith("[", link.start()))
    if "](" in plain:
        for target in _MARKDOWN_LINK.findall(plain):
            if "://" not in target and target[0] != "#" and not target.startswith("mailto:"):
                marks.links[target] = None
    if "[!" in plain:
        for kind in _CALLOUT.findall(plain):
            marks.tags[kind.casefold()] = None
    if certainty := _CERTAINTY.search(marks.said):
        marks.attributes["certainty"] = certainty[1].lower()


def _superseded(subject: str, marks: Marks) -> None:
    """`…; supersedes [[A]] and [[B]]`, on a line with other words or as a field."""
    known = {each.object for each in marks.relations if each.kind == SUPERSEDES}
    for clause in _SUPERSEDES.finditer(marks.said):
        for target in _LINK.findall(clause["targets"]):
            key = entity_key(link_name(target))
            if key not in known:
                known.add(key)
                marks.relations.append(Relation(subject=subject, kind=SUPERSEDES, object=key))


def _link(written: str, marks: Marks, *, said: bool) -> None:
    target, _, shown = (part.strip() for part in written.replace("\\|", "|").partition("|"))
    marks.links[target] = None
    name = link_name(target)
    if not name:
        return
    marks.add(entity(name, "note"))
    alias = entity_key(shown)
    if said and alias and alias != entity_key(name):
        marks.aliases.setdefault(entity_key(name), []).append(alias)


def link_name(target: str) -> str:
    """The note a link names: without shown text, heading, block, folder and `.md`."""
    name = target.replace("\\|", "|").partition("|")[0].partition("#")[0].strip()
    return name.rpartition("/")[2].removesuffix(".md")


def _relation(found: re.Match[str], subject: str) -> Relation:
    return Relation(
        subject=subject,
        kind=entity_key(found["quoted"] or found["words"]),
        object=entity_key(link_name(found["target"])),
        context=(found["context"] or "").strip(),
    )


def is_relation(line: str) -> re.Match[str] | None:
    return _RELATION.match(line) if "[[" in line else None


def observation(line: str) -> tuple[str, str] | None:
    """Category and context of `- [category] text #tag (context)`; None for other items."""
    found = _OBSERVATION.match(line) if "[" in line else None
    if not found or found["category"].casefold() in CERTAINTIES or found["category"][0] == "!":
        return None
    return found["category"].strip(), _last_parentheses(found["text"].rstrip())


def _last_parentheses(text: str) -> str:
    """What stands in balanced parentheses at the very end."""
    if not text.endswith(")"):
        return ""
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if not depth:
            return text[at + 1 : -1].strip()
    return ""
