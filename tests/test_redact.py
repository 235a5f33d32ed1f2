"""No secret survives redact, and harmless text does.

Every secret here is made up at run time, so that no scanner of repositories takes this file for a leak.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import fields, is_dataclass

import pytest

from neuromem_sync.detectors import find
from neuromem_sync.model import Entity, Entry, Kind, Layer, Procedure, Relation, Route, Source, Span
from neuromem_sync.redact import redact

BASE62 = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
URL_SAFE = BASE62 + "-_"

# A word stands for the prefix, a number for as many random characters of the alphabet.
FORMATS: dict[str, tuple[str, tuple[str | int, ...]]] = {
    "AWS access key": (string.ascii_uppercase + "234567", ("AK", "IA", 16)),
    "GitHub personal": (BASE62, ("gh", "p_", 36)),
    "GitHub app": (BASE62, ("gh", "s_", 36)),
    "GitHub fine-grained": (BASE62, ("github", "_pat_", 22, "_", 59)),
    "GitLab": (URL_SAFE, ("gl", "pat-", 20)),
    "Slack bot": (BASE62, ("xo", "xb-", "123456789012", "-", "123456789012", "-", 24)),
    "Slack hook": (BASE62, ("https://hooks.", "slack.com/services/T0", 8, "/B0", 8, "/", 24)),
    "Stripe live": (BASE62, ("sk_", "live_", 24)),
    "Stripe long": (BASE62, ("sk_", "live_51", 97)),
    "Stripe restricted": (BASE62, ("rk_", "live_", 24)),
    "OpenAI": (BASE62, ("sk", "-", 20, "T3Blb", "kFJ", 20)),
    "OpenAI project": (URL_SAFE, ("sk", "-proj-", 120)),
    "Anthropic": (URL_SAFE, ("sk", "-ant-api03-", 95)),
    "Google": (URL_SAFE, ("AI", "za", 35)),
    "Google client secret": (URL_SAFE, ("GOC", "SPX-", 28)),
    "npm": (BASE62, ("np", "m_", 36)),
    "PyPI": (URL_SAFE, ("py", "pi-AgEIcHlwaS5vcmc", 150)),
    "SendGrid": (URL_SAFE, ("S", "G.", 22, ".", 43)),
    "Twilio": (HEX, ("S", "K", 32)),
    "Telegram": (URL_SAFE, ("1234567890", ":", 35)),
    "Discord": (URL_SAFE, ("M", 23, ".", 6, ".", 27)),
    "Discord hook": (URL_SAFE, ("https://discord", ".com/api/webhooks/123456789012345678/", 68)),
    "Mailgun": (HEX, ("ke", "y-", 32)),
    "Mailchimp": (HEX, (32, "-u", "s12")),
    "Shopify": (HEX, ("shp", "at_", 32)),
    "Hugging Face": (string.ascii_letters, ("h", "f_", 34)),
    "DigitalOcean": (HEX, ("dop", "_v1_", 64)),
    "Azure storage": (BASE62, ("Account", "Key=", 86, "==")),
    "JWT": (URL_SAFE, ("ey", "JhbGciOiJIUzI1NiJ9.ey", "JzdWIiOiIx", 24, ".", 43)),
    "address": (BASE62, ("postgres://app:", 14, "@db.internal:5432/app")),
}

SAID = [
    "The wifi password is {p}.",
    "password: {p}",
    "Password for the router: `{p}`",
    "My bank PIN is 4711",
    "pin: 4711",
    "The door code is 90210",
    "api_key = {k}",
    'API key: "{k}"',
    'config = {{"api_key": "{k}", "region": "eu"}}',
    "export DATABASE_PASSWORD={p}",
    "`DB_PASS={p}` is set on the server",
    "login: admin / {p}",
    "creds: bob:{p}",
    "- **UI Login:** mike / {p}",
    "- **Account:** `ann@example.org` / `{p}` (keep it in the vault)",
    "Login: ann@example.org | {p}",
    "log in as bob with {p}",
    "Basic auth: ops:{p}",
    "wifi: GuestNet / {p}",
    "Door code 4711#",
    "use {p} as the root password until Friday",
    "user root, password {p}, port 22",
    "mysqldump --password={p} app",
    "deploy --token {k}{k}",
    "Authorization: Bearer {k}{k}",
    "curl -H 'Authorization: Basic {k}' https://api.internal",
    "curl -u admin:{p} https://api.internal/v1",
    "sshpass -p {p} ssh root@10.0.0.1",
    "Server=db;Database=app;User Id=sa;Password={p};",
    "https://api.internal/v1/items?access_token={k}{k}",
    "Cookie: session={k}{k}; theme=dark",
    "clientSecret: '{k}'",
    "das Passwort ist {p}",
    "密码：{p}",
    "**Password:** {p}",
    "- Password:\n  - {p}",
    "the password was changed to sunflower.",
    "PASSWORD=sunflower",
    "passphrase: correct horse battery staple",
    "seed phrase: " + " ".join(["apple", "river", "stone", "cloud", "tiger", "ocean"] * 2),
]

HARMLESS = [
    "The password is wrong.",
    "The password is stored in 1Password.",
    "Password: see the vault",
    "password: required",
    "Password reset mails are sent from the gateway since 2026-03-01.",
    "The token is expired, so log in again",
    "max_tokens: 4096, token budget 8000",
    "Token count: 128k",
    "Fixed the token refresh in commit 3f2c1ab09d4e5f60718293a4b5c6d7e8f9012345",
    "The key idea: write less. Key result 3: 40 % fewer tickets.",
    "primary key: user_id",
    "api_key = os.environ['API_KEY']",
    'password = getpass("Password: ")',
    "export API_KEY=$VAULT_API_KEY",
    "API_KEY=<your key>",
    "password: ********",
    "secret: see [[Vault]]",
    "Release v2.14.3-rc.1, digest sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c1f",
    "request 550e8400-e29b-41d4-a716-446655440000 failed",
    "https://github.com/psf/requests/blob/main/src/requests/auth.py",
    "mailto:ann@example.org, or ssh://git@github.com/psf/requests",
    "postgres://app:<password>@localhost/app",
    "The GPIO pin is 4; pin the version to 3.11",
    "IMPORTANT: MEMORY.md and AGENTS.md are read first",
    "docs/internal/P3_SOURCE_AUDIT_2026-05-14.md has the token audit",
    "Passed 128 of 130 tests, pass rate 98.5%",
    "deployed contract 0x52908400098527886E0F7030069857D2E4169EE7 with the new key",
    "bearer authentication and basic auth are both supported",
    "Login: mike (SSO), Login / Logout buttons moved",
    "login: alice / bob both work; credentials: rotated / stored in 1Password",
    "wifi: 2.4 GHz / 5 GHz, account: Savings / joint since 2024",
    "The door code is on the fridge, and the postal code 90210 is ours",
    "the secret of good tests: no sleeps",
    "Password hashing uses argon2id; tokens are signed with RS256",
]


def made(alphabet: str, parts: tuple[str | int, ...], seed: int) -> str:
    dice = random.Random(seed)
    return "".join("".join(dice.choices(alphabet, k=part)) if isinstance(part, int) else part for part in parts)


def entry(text: str, **more: object) -> Entry:
    span = Span(start=0, end=len(text.encode()), line=7, end_line=7 + text.count("\n"))
    standard = {"layer": Layer.SEMANTIC, "kind": Kind.STATEMENT, "source": Source(path="notes/a.md", span=span)}
    return Entry(text=text, **{**standard, **more})  # type: ignore[arg-type]


def strings(value: object) -> list[str]:
    """Every string anywhere in a value."""
    if isinstance(value, str):
        return [value]
    if is_dataclass(value):
        return [text for field in fields(value) for text in strings(getattr(value, field.name))]
    if hasattr(value, "items"):
        return [text for pair in value.items() for one in pair for text in strings(one)]
    return [text for one in value for text in strings(one)] if isinstance(value, tuple | list) else []


@pytest.mark.parametrize("name", FORMATS)
def test_a_key_of_a_known_format_is_found_whole_wherever_it_stands(name: str) -> None:
    alphabet, parts = FORMATS[name]
    missed = 0
    for seed in range(200):
        secret = made(alphabet, parts, seed)
        hidden = secret.split("@")[0].split(":")[-1] if name == "address" else secret
        text = ("Ann pasted {} into the chat", "* {}", "`{}`", "(see {})", "first line\n\n{}\nlast")[seed % 5].format(
            secret
        )
        kept, _ = redact([entry(text)], Route.NOTE)
        missed += any(hidden[-12:] in one or hidden in one for one in strings(kept))
    assert missed / 200 <= 0.02


@pytest.mark.parametrize("phrase", SAID)
def test_a_secret_told_in_prose_is_cut_and_the_words_around_it_stay(phrase: str) -> None:
    password, key = "Sun" + "flower" + "99!", "k9" + "Qz7" + "Lm2Xv8Rt4"
    text = phrase.format(p=password, k=key)
    (kept,), problems = redact([entry(text)], Route.LOG)
    assert "[secret notes/a.md:7]" in kept.text
    for secret in (password[:-1], key, "4711", "90210", "sunflower", "horse", "river"):
        assert not any(secret in one for one in strings(kept) + strings(problems))
    assert problems[0].code == "secret"
    assert kept.text.split()[0] == text.split()[0] or text.startswith(("PASSWORD", "`DB", "Server", "http", "密码"))


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    before = entry(text)
    assert redact([before], Route.LOG) == ((before,), ())


def test_ten_thousand_harmless_lines_give_at_most_fifty_findings() -> None:
    dice = random.Random(7)
    words = "the token key password secret release pin pass login gateway for and deploy Ava index review of".split()
    tails: list[Callable[[], str]] = [
        lambda: "".join(dice.choices(HEX, k=40)),
        lambda: f"v{dice.randrange(9)}.{dice.randrange(40)}.{dice.randrange(9)}",
        lambda: f"2026-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}",
        lambda: "src/auth/token_{}.py".format("".join(dice.choices("abcdef", k=5))),
        lambda: str(dice.randrange(100_000)),
        lambda: "",
    ]
    lines = [" ".join(dice.choices(words, k=14)) + " " + dice.choice(tails)() for _ in range(10_000)]
    assert sum(bool(find(line)) for line in lines) <= 50


def test_every_field_of_an_entry_loses_the_secret() -> None:
    secret = "hunter" + "2-Xyz"
    before = entry(
        f"### 09:00 — password is {secret}",
        title=f"password is {secret}",
        heading=("Tools", f"password is {secret}"),
        attributes={"password": secret, "port": "22", "note": f"{secret} again"},
        links=(secret, "Router"),
        tags=("ops", secret.casefold()),
        subject=secret.casefold(),
        entities=(Entity(key=secret.casefold(), name=secret), Entity(key="router", name="Router")),
        relations=(Relation(subject="router", kind="uses", object="vpn", context=f"with {secret}"),),
        procedure=Procedure(name="log in", steps=(f"type {secret}",), parameters={"pw": secret}),
    )
    (after,), problems = redact([before], Route.NOTE)
    assert not any(secret.casefold() in one.casefold() for one in strings(after) + strings(problems))
    assert [entity.name for entity in after.entities] == ["Router"]
    assert after.links == ("Router",)
    assert after.attributes["port"] == "22"


def test_an_anchor_and_the_name_of_a_file_lose_it_too() -> None:
    secret = "gh" + "p_" + "aB3" * 12
    span = Span(start=0, end=9, line=1, end_line=3)
    head = entry(f"---\nname: {secret}\n---", source=Source(path="a.md", span=span, anchor=secret.lower()))
    below = entry("port: 22", subject=secret.lower(), entities=(Entity(key=secret.lower(), name=secret),))
    kept, _ = redact([head, below], Route.PROCEDURES)
    assert not any(secret.lower() in one.lower() for one in strings(kept))
    assert kept[0].source.anchor is None
    assert kept[1].text == "port: 22"


def test_a_table_column_named_password_is_secret_though_its_header_is_elsewhere() -> None:
    (row,), problems = redact(
        [entry("| wiki | ann | sunflower |", attributes={"user": "ann", "password": "sunflower"})], Route.NOTE
    )
    assert row.text == "| wiki | ann | [secret notes/a.md:7] |"
    assert row.attributes == {"user": "ann", "password": "[secret notes/a.md:7]"}
    assert len(problems) == 1


def test_a_problem_names_the_line_of_the_secret_itself() -> None:
    _, problems = redact([entry("one\ntwo\npassword: hunter" + "22")], Route.NOTE)
    assert [str(problem).split()[0] for problem in problems] == ["notes/a.md:9:"]


def test_a_private_key_is_cut_to_its_end_even_across_blank_lines() -> None:
    body = "\n".join(made(BASE62, (64,), seed) for seed in range(4))
    begin, end = "-----BEGIN RSA " + "PRIVATE KEY-----", "-----END RSA " + "PRIVATE KEY-----"
    whole = f"before\n{begin}\n{body}\n{end}\nafter"
    (one,), _ = redact([entry(whole)], Route.NOTE)
    assert one.text == "before\n[secret notes/a.md:7]\nafter"

    parts = [f"{begin}\nProc-Type: 4,ENCRYPTED", body, f"{body}\n{end}", "Ann wrote this below it"]
    kept, _ = redact([entry(part) for part in parts], Route.NOTE)
    assert [each.text for each in kept] == ["[secret notes/a.md:7]"] * 3 + ["Ann wrote this below it"]


def test_credential_sections_of_the_shared_file_are_left_out_whole() -> None:
    entries = [
        entry("Ann leads the billing project", heading=("Shared", "Projects")),
        entry("wiki: ann, sunflower", heading=("Shared", "Credentials")),
        entry("ask Bob first", heading=("Shared", "Credentials", "Build server")),
        entry("plain words", heading=("Shared", "GitHub tokens for CI")),
    ]
    kept, problems = redact(entries, Route.SHARED)
    assert kept == (entries[0],)
    assert {problem.code for problem in problems} == {"secret"}


@pytest.mark.parametrize(
    "title", ["Credentials", "🔑 API Keys & Logins", "Passwords (private)", "Zugangsdaten", "账号密码"]
)
def test_a_credential_section_elsewhere_keeps_nothing_but_its_place(title: str) -> None:
    before = entry(
        "wiki — ann — sunflower", title="wiki", heading=("Tools", title), tags=("ops",), attributes={"a": "b"}
    )
    (after,), problems = redact([before], Route.PROFILE)
    assert after == entry("[secret notes/a.md:7]", source=before.source)
    assert len(problems) == 1


def test_documents_that_explain_stay_readable() -> None:
    told = [
        entry("A token is a piece of a word: models count their input in them", heading=("Tokens",)),
        entry("Pass a `PSCredential` object; the default is the current user.", heading=("Parameters", "-Credential")),
        entry("We rotate them every 90 days, see the runbook, and never mail them.", heading=("Credentials",)),
    ]
    assert redact(told, Route.NOTE) == (tuple(told), ())


def test_what_is_noted_like_a_credential_in_a_note_is_cut() -> None:
    records = [
        "- build server: sunflower",
        "| wiki | ann | sunflower |",
        "wifi — sunflower",
        "**NAS**: ann / sunflower",
    ]
    kept, _ = redact([entry(record, heading=("Notes", "Passwords")) for record in records], Route.NOTE)
    assert {each.text for each in kept} == {"[secret notes/a.md:7]"}


def test_a_secret_in_a_heading_is_cut_from_all_below_it_and_reported_once() -> None:
    heading = ("Router, password: sun" + "flower9",)
    kept, problems = redact([entry("one", heading=heading), entry("two", heading=heading)], Route.NOTE)
    assert [each.heading for each in kept] == [("Router, password: [secret notes/a.md:7]",)] * 2
    assert len(problems) == 1


@pytest.mark.parametrize("text", ["pass" * 16_000, "eyJ" * 20_000, "a:" * 30_000, "://x:" * 13_000, "key: " * 13_000])
def test_hostile_text_takes_no_longer_than_its_length_allows(text: str) -> None:
    find(text)


def test_texts_known_to_be_clean_are_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "password: hunter" + "22"
    clean: set[str] = set()
    first = redact([entry("one"), entry(secret)], Route.LOG, clean)
    assert clean == {"one"}
    monkeypatch.setattr("neuromem_sync.redact.find", lambda text: find(text) if text == secret else pytest.fail(text))
    assert redact([entry("one"), entry(secret)], Route.LOG, clean) == first


def test_harmless_text_never_wakes_the_slow_detectors(monkeypatch: pytest.MonkeyPatch) -> None:
    def blow_up(*_: object) -> None:
        raise AssertionError("a slow detector ran")

    for name in ("formats.find", "library.find", "prose.find", "formats.blocks"):
        monkeypatch.setattr(f"neuromem_sync.detectors.{name}", blow_up)
    text = "14:02 Fixed the gateway with Ava on 2026-03-01: MEMORY.md, PR #1234, v2.3.1 (see [[Gateway]] and https://a.b/c)"
    assert find(text) == []
