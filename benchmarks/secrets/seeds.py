"""560 secrets in the places people put them: keys of known formats, words around a password, code, credential sections.

Each is a document of its own, so that a leak names its seed; a workspace may hold them all. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.secrets.dice import BASE32, BASE62, HEX, URL_SAFE, Dice, Part

FORMAT, CODE, PROSE, SECTION = "fixed format", "assigned in code", "told in prose", "credential section"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A document of a class with one `secret` in it: the part of it that is random, as it must be nowhere else."""

    kind: str
    name: str
    place: str
    path: str
    text: str
    secret: str


# name → alphabet, then what stands before the random part, the parts of it, what stands behind.
Shape = tuple[str, str, tuple[Part, ...], str]
SHAPES: dict[str, Shape] = {
    "AWS access key": (BASE32, "", ("AK" + "IA", 16), ""),
    "GitHub personal": (BASE62, "", ("gh" + "p_", 36), ""),
    "GitHub OAuth": (BASE62, "", ("gh" + "o_", 36), ""),
    "GitHub server": (BASE62, "", ("gh" + "s_", 36), ""),
    "GitHub refresh": (BASE62, "", ("gh" + "r_", 76), ""),
    "GitHub fine-grained": (BASE62, "", ("github" + "_pat_", 22, "_", 59), ""),
    "GitLab personal": (URL_SAFE, "", ("gl" + "pat-", 20), ""),
    "GitLab deploy": (URL_SAFE, "", ("gl" + "dt-", 20), ""),
    "Slack bot": (BASE62, "", ("xo" + "xb-", "123456789012-", "123456789012-", 24), ""),
    "Slack hook": (BASE62, "https://hooks." + "slack.com/services/T0", (8, "/B0", 8, "/", 24), ""),
    "Stripe live": (BASE62, "", ("sk_" + "live_", 24), ""),
    "Stripe restricted": (BASE62, "", ("rk_" + "live_", 99), ""),
    "OpenAI": (BASE62, "", ("sk" + "-", 20, "T3Blb" + "kFJ", 20), ""),
    "OpenAI project": (URL_SAFE, "", ("sk" + "-proj-", 120), ""),
    "Anthropic": (URL_SAFE, "", ("sk" + "-ant-api03-", 95), ""),
    "Google API": (URL_SAFE, "", ("AI" + "za", 35), ""),
    "Azure storage": (BASE62, "AccountName=files;", ("Account" + "Key=", 86, "=="), ";EndpointSuffix=core"),
    "npm": (BASE62, "", ("np" + "m_", 36), ""),
    "PyPI": (URL_SAFE, "", ("py" + "pi-AgEIcHlwaS5vcmc", 150), ""),
    "SendGrid": (URL_SAFE, "", ("S" + "G.", 22, ".", 43), ""),
    "Twilio": (HEX, "", ("S" + "K", 32), ""),
    "Telegram": (URL_SAFE, "", ("1234567890" + ":", 35), ""),
    "Discord": (URL_SAFE, "", ("M", 23, ".", 6, ".", 27), ""),
    "Hugging Face": (BASE62, "", ("h" + "f_", 34), ""),
    "JSON web token": (URL_SAFE, "", ("ey" + "JhbGciOiJIUzI1NiJ9.ey", "JzdWIiOiIx", 24, ".", 43), ""),
    "age": (BASE32, "", ("AGE-SECRET" + "-KEY-1", 58), ""),
    "database address": (BASE62, "postgres" + "://app:", (16,), "@db.internal:5432/app"),
    "basic address": (BASE62, "https://" + "deploy:", (20,), "@git.internal/team/app.git"),
    "bearer header": (URL_SAFE, "Authorization: " + "Bearer ", (40,), ""),
}

# A place gives the path and the text of a document; `{}` is where the secret stands.
PLACES: dict[str, tuple[str, str]] = {
    "paragraph": ("notes/n{n}.md", "# Notes\n\nAva pasted {} into the chat and asked for a new one.\n"),
    "heading": ("notes/n{n}.md", "# Notes\n\n## About {}\n\nIt is the old one.\n"),
    "entry title": ("memory/2026-01-0{d}-n{n}.md", "# 2026-01-0{d}\n\n### 09:12 — found {}\n\n- It was in a log.\n"),
    "list item": ("notes/n{n}.md", "# Notes\n\n- Bread\n- {}\n- Milk\n"),
    "table cell": ("notes/n{n}.md", "# Hosts\n\n| host | note |\n|---|---|\n| build | {} |\n| web | none |\n"),
    "frontmatter": ("notes/n{n}.md", '---\ntitle: Build\nnote: "{}"\n---\n\nHow it is built.\n'),
    "code fence": ("notes/n{n}.md", "# Notes\n\n```sh\ndeploy --to web\necho '{}'\n```\n"),
    "link target": ("notes/n{n}.md", "# Notes\n\nSee [the page](https://a.example/x?q={}) for more.\n"),
    "wiki link": ("notes/n{n}.md", "# Notes\n\nSee [[{}]] and [[Gateway]].\n"),
    "tag": ("notes/n{n}.md", "# Notes\n\n- Rotated today #{} #ops\n"),
    "attribute": ("notes/n{n}.md", "# Gateway\n\n- **Note:** {}\nvalue:: {}\n"),
    "callout": ("notes/n{n}.md", "# Notes\n\n> [!warning] Do not share\n> {}\n"),
    "comment": ("notes/n{n}.md", "# Notes\n\nThe gateway. <!-- {} -->\n"),
    "task": (
        "memory/2026-01-0{d}-n{n}.md",
        "# 2026-01-0{d}\n\n### 10:00 — work\n\n- task:: rotate {}\n- state:: started\n",
    ),
    "check box": ("mind/LOOPS.md", "# Loops\n\n## Active\n\n- [ ] replace {} everywhere\n"),
    "file name": ("notes/{}.md", "# Notes\n\nNothing to see.\n"),
}

CODE_LINES: dict[str, str] = {
    "environment": "export {name}_API_KEY={key}",
    "dot env": "{name}_SECRET={key}",
    "quoted env": '{name}_TOKEN="{key}"',
    "yaml": "{lower}_api_key: {key}",
    "yaml password": "  password: {password}",
    "json": '{{"clientSecret": "{key}", "region": "eu"}}',
    "toml": 'auth_token = "{key}"',
    "python": "client = Client(api_key='{key}')",
    "javascript": "const accessToken = '{key}';",
    "go": 'SecretKey := "{key}"',
    "netrc": "machine git.internal login ava password {password}",
    "kubeconfig": "    client-key-data: {key}{key}{key}",
    "kubeconfig token": "    token: {key}",
    "connection string": "Server=db;Database=app;User Id=sa;Password={password};",
    "curl": "curl -u ava:{password} https://api.internal/v1",
    "option": "mysqldump --password={password} app",
    "docker": "docker run -e DB_PASSWORD={password} app",
    "aws secret": "aws_secret_access_key = {key}",
    "npmrc": "//registry.npmjs.org/:_authToken={key}",
    "ini": "smtp_pass = {password}",
}

SAID: tuple[str, ...] = (
    "The wifi password is {password}.",
    "Password: {password}",
    "Password for the router: `{password}`",
    "Ava said the new password is {password}, write it down",
    "the password was changed to {password} on Monday",
    "Login for the wiki: ava / {password}",
    "credentials: ava:{password}",
    "use {password} as the root password until Friday",
    "User root, password {password}, port 22",
    "my PIN is {pin}",
    "The door code is {pin}",
    "The api key is {key}",
    "api key for the weather service: {key}",
    "das Passwort ist {password}",
    "Das Kennwort lautet {password}",
    "WLAN-Passwort: {password}",
    "Passwort für den Router: {password}",
    "le mot de passe est {password}",
    "Mot de passe : {password}",
    "la contraseña es {password}",
    "Contraseña: {password}",
    "a senha é {password}",
    "Senha do wifi: {password}",
    "la password è {password}",
    "het wachtwoord is {password}",
    "Hasło: {password}",
    "пароль: {password}",
    "Пароль от роутера: {password}",
    "密码：{password}",
    "密码是 {password}",
    "パスワード: {password}",
    "パスワードは {password} です",
    "비밀번호: {password}",
    "**Password:** {password}",
    "| router | ava | password: {password} |",
    "- Password:\n  - {password}",
    "pw: {password}",
    "pass: {password}",
    "pwd = {password}",
    "Use the token {key} for the API",
    "Her passphrase: correct {word} battery {other}",
    "seed phrase: {phrase}",
    "the secret is {key}",
    "log in with ava / {password}",
    "username ava password {password}",
    "my password's {password}",
    "Password → {password}",
    "sudo password = {password}",
    "It asked for the password, I typed {password}",
    "the pass phrase for the key: {password}",
)

HEADINGS = (
    "Credentials",
    "API keys",
    "🔑 Logins & Passwords",
    "Access tokens",
    "Secrets",
    "Passwords (private)",
    "Zugangsdaten",
    "Passwörter",
    "Identifiants",
    "Contraseñas",
    "账号密码",
    "Shared credentials for CI",
    "SSH keys",
    "Recovery codes",
)
RECORDS = (
    "- build server: {word}",
    "| service | user | value |\n|---|---|---|\n| wiki | ava | {word} |",
    "wifi — {word}",
    "**NAS**: ava / {word}",
    "ask Bruno; he says {word}",
    "#### Build server\n\nuser ava\n\n{word}",
    "```\n{word}\n```",
    "1. {word}\n2. another one",
    "> {word}",
    "- [ ] {word} #ops",
)


def seeds(seed: int = 1) -> Iterator[Seed]:
    """All 560, the same for the same number."""
    dice = Dice(seed)
    yield from _formats(dice, 280)
    yield from _code(dice, 80)
    yield from _prose(dice, 100)
    yield from _sections(dice, 100)


def _formats(dice: Dice, count: int) -> Iterator[Seed]:
    shapes = list(SHAPES.items())
    for number in range(count - 10):
        name, (alphabet, before, parts, behind) = shapes[number % len(shapes)]
        begin, rest = (parts[0], parts[1:]) if isinstance(parts[0], str) else ("", parts)
        before, secret = before + begin, dice.made(alphabet, rest)
        place = _place(number // len(shapes) + number, before + behind)
        yield _standing(FORMAT, name, place, number, before + secret + behind, secret)
    for number in range(count - 10, count):
        yield _block(dice, number)


def _place(number: int, around: str) -> str:
    """A place that can hold it: no name of a file has a slash in it."""
    names = list(PLACES)
    name = names[number % len(names)]
    return names[(number + 1) % len(names)] if "/" in around and name == "file name" else name


def _standing(kind: str, name: str, place: str, number: int, told: str, secret: str) -> Seed:
    path, text = (
        part.replace("{n}", str(number)).replace("{d}", str(number % 9 + 1)).replace("{}", told)
        for part in PLACES[place]
    )
    return Seed(kind=kind, name=name, place=place, path=path, text=text, secret=secret)


def _block(dice: Dice, number: int) -> Seed:
    """A private key, whole, in a fence or bare, with a blank line in it or not."""
    kind = ("RSA ", "OPENSSH ", "EC ", "")[number % 4] + "PRIVATE" + " KEY"
    body = [dice.run(BASE62 + "+/", 64) for _ in range(6)]
    lines = [
        f"-----BEGIN {kind}-----",
        *body[:3],
        *([""] if number % 3 == 0 else []),
        *body[3:],
        f"-----END {kind}-----",
    ]
    block = "\n".join(lines)
    text = f"# Key\n\n```\n{block}\n```\n\nAfter.\n" if number % 2 else f"# Key\n\n{block}\n\nAfter.\n"
    name = "private key"
    return Seed(kind=FORMAT, name=name, place="block", path=f"notes/n{number}.md", text=text, secret="".join(body))


def _code(dice: Dice, count: int) -> Iterator[Seed]:
    lines = list(CODE_LINES.items())
    for number in range(count):
        name, form = lines[number % len(lines)]
        key, password = dice.key(), dice.password()
        secret = key if "{key}" in form else password
        service = dice.choice(("WEATHER", "BILLING", "MAIL", "SEARCH"))
        line = form.format(name=service, lower=service.lower(), key=key, password=password)
        fence = ("```\n{}\n```", "```yaml\n# settings\n{}\n```", "    {}", "`{}`")[number // len(lines) % 4]
        text = f"# Setup\n\nAs it is on the server.\n\n{fence.format(line)}\n"
        yield Seed(kind=CODE, name=name, place="code", path=f"notes/c{number}.md", text=text, secret=secret)


def _prose(dice: Dice, count: int) -> Iterator[Seed]:
    for number in range(count):
        form = SAID[number % len(SAID)]
        word, other = dice.choice(("horse", "walrus", "candle")), dice.choice(("staple", "garden", "window"))
        values = {
            "password": dice.password(),
            "key": dice.key(24),
            "pin": str(dice.randrange(1000, 999_999)),
            "word": word,
            "other": other,
            "phrase": " ".join(dice.choices("apple river stone cloud tiger ocean lemon piano".split(), k=12)),
        }
        text = form.format(**values)
        field = next(name for name in ("password", "key", "pin", "phrase", "word") if f"{{{name}}}" in form)
        secret = f"correct {word} battery {other}" if field == "word" else values[field]
        wrapped = f"# 2026-01-05\n\n### 09:00 — Chat\n\n{text}\n" if number % 2 else f"# House\n\n{text}\n"
        path = f"memory/2026-01-05-s{number}.md" if number % 2 else f"notes/s{number}.md"
        yield Seed(kind=PROSE, name=form, place="prose", path=path, text=wrapped, secret=secret)


def _sections(dice: Dice, count: int) -> Iterator[Seed]:
    for number in range(count):
        heading = HEADINGS[number % len(HEADINGS)]
        record = RECORDS[number % len(RECORDS)]
        word = "".join(dice.choice(("ba", "ko", "ri", "mu", "te", "lo", "sha")) for _ in range(5))
        level = "#" * (2 + number % 2)
        body = record.format(word=word)
        text = f"# Shared\n\n## People\n\n- Ava leads billing\n\n{level} {heading}\n\n{body}\n\n## Places\n\n- Vienna\n"
        path = "mind/PROFILE.md" if number % 5 == 4 else "mind/SHARED.md"
        yield Seed(kind=SECTION, name=heading, place=record, path=path, text=text, secret=word)


def documents(given: Iterable[Seed]) -> dict[str, str]:
    """Path → text of a workspace that holds them all; what has the same path is one document."""
    texts: dict[str, str] = {}
    for seed in given:
        texts[seed.path] = texts[seed.path] + "\n" + seed.text if seed.path in texts else seed.text
    return texts
