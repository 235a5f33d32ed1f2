"""10,000 lines that hold no secret and look as if they might: words about secrets, digests, ids, code, lock files.

The same for the same seed. Judges nothing.
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Iterator

from benchmarks.secrets.dice import BASE62, HEX, URL_SAFE, Dice

SUBJECTS = "gateway billing-service router wiki build importer scheduler parser Ava Bruno".split()
WORDS = "we moved the review deploy release after lunch because it was slow and nobody looked at retries again".split()
ALPHABETS = {
    "hex": HEX,
    "base62": BASE62,
    "url": URL_SAFE,
    "crockford": "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
    "capitals": "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789",
    "small": "abcdefghijklmnopqrstuvwxyz0123456789",
    "digit": "0123456789",
}
# `<hex:40>` is forty random digits, `<below:9>` a number from 1 to 8, `<words:6>`, `<bytes:64>` in base 64, `<name>`.
TOLD = (
    "the password policy is stricter since March",
    "Password reset mails go out from the <name>",
    "password: see the vault",
    "Password: ask Bruno",
    "The password was wrong, so <name> was locked for an hour",
    "The password is stored in 1Password, never here",
    "passwords must be 12 characters or longer",
    "Password hashing uses argon2id with 64 MiB",
    "token budget 8,000, of which <below:9000> are used",
    "max_tokens: <below:9000>",
    "The token count of <name> is <below:9000>",
    "API key rotation is due on 2026-0<below:9>-1<below:9>",
    "api_key = os.environ['API_KEY']",
    'password = getpass("Password: ")',
    "export API_KEY=$VAULT_API_KEY",
    "API_KEY=<your key>",
    "API_KEY=your-api-key-here",
    "password: ********",
    "secret: see [[Vault]]",
    "the secret of good tests: no sleeps",
    "tokens are signed with RS256 and last <below:9000> minutes",
    "bearer authentication and basic auth are both supported",
    "The <name> pins version 3.11 in its lock file",
    "key = <name>",
    "primary key: user_id, foreign key: account_id",
    "The key idea: write less. Key result <below:9>: <below:9000> fewer tickets",
    "Passed 128 of <below:9000> tests, pass rate 98.5%",
    "credentials are kept in the platform's key chain",
    "login with SSO, no password needed",
    "the access token expires after <below:9000> seconds",
    "refresh token handling moved into <name>",
    "ask for a passphrase before the key is unlocked",
    "PIN pad of the door is broken again",
    "The postal code is 1070, the area code 01",
    "error code: 40<below:9>, exit code <below:9>",
    "class TokenBucket(Limiter): rate = <below:9000>",
    "def check_password(user: User, password: str) -> bool:",
    "if token is None: raise AuthError('no token')",
    "secret_name: billing-db-credentials",
    "passwordPolicy: { minLength: 12, maxAge: 90d }",
    "token: ${{ secrets.GITHUB_TOKEN }}",
    "password_hash VARCHAR(255) NOT NULL",
    "auth_token: string | undefined",
    "Das Passwort steht im Tresor",
    "Passwort vergessen? Bruno fragen",
    "le mot de passe est dans le coffre",
    "la contraseña no es necesaria",
    "пароль хранится в сейфе",
    "密码在保险箱里",
    "パスワードは金庫にあります",
    "the password field is required",
    "password manager: Bitwarden",
    "password strength: weak",
    "sshd: PasswordAuthentication no",
    "Secret Santa is on 2026-12-1<below:9>",
    "keyboard shortcuts: ctrl+k",
    "monkey business with the <name>",
    "user: ava, role: admin",
    "bypass the <name> while it is repaired",
    "compass: north by north-west",
)
CODED = (
    "commit <hex:40>",
    "<hex:7> Fix the token refresh of <name> (#<below:2000>)",
    "sha256:<hex:64>  <name>.tar.gz",
    "request <uuid> failed after <below:900> ms",
    "id: 01<crockford:24>",
    "![logo](data:image/png;base64,iVBORw0KGgo<bytes:60>)",
    '      "integrity": "sha512-<bytes:64>",',
    '      "resolved": "https://registry.npmjs.org/<name>/-/<name>-<below:9>.2.1.tgz",',
    'source = "git+https://github.com/a/<name>?rev=<hex:40>"',
    'checksum = "<hex:64>"',
    "    --hash=sha256:<hex:64> \\",
    "DE<digit:2> <digit:4> <digit:4> <digit:4> <digit:4> <digit:2>",
    "ISBN 978-<below:9>-<digit:4>-<digit:4>-<below:9>",
    "call +43 1 <digit:3> <digit:4> or 0664/<digit:7>",
    "upgraded <name> from v<below:9>.<below:40>.<below:9>-rc.1 to <below:9>.<below:40>.0+build.<hex:7>",
    "  color: #<hex:6>; background: #<hex:3>;",
    "https://docs.google.com/document/d/1<base62:43>/edit",
    "https://www.youtube.com/watch?v=<url:11>&t=<below:900>s",
    "https://www.notion.so/<name>-<hex:32>",
    "https://github.com/psf/requests/blob/<hex:40>/src/requests/auth.py#L<below:300>",
    "https://shop.example/item/<digit:9>?ref=<base62:8>&utm_source=mail",
    "2026-03-01T1<below:9>:14:07.<digit:3>Z INFO [<name>] trace=<hex:32> span=<hex:16>",
    "web-<small:10>-<small:5>  1/1  Running  0  <below:99>d",
    "ip-10-0-<below:255>-<below:255>.eu-central-1.compute.internal",
    "<hex:8>  <hex:2> <hex:2> <hex:2> <hex:2> <hex:2> <hex:2> <hex:2> <hex:2>  |........|",
    "arn:aws:iam::<digit:12>:role/<name>-deploy",
    "deployed contract 0x<hex:40> at block <below:9000>",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA<base62:43> ava@laptop",
    "SHA256:<base62:43> is the fingerprint of the <name>",
    "mac <hex:2>:<hex:2>:<hex:2>:<hex:2>:<hex:2>:<hex:2>, serial <capitals:12>",
    "docs/internal/P<below:9>_SOURCE_AUDIT_2026-05-1<below:9>.md has the token audit",
    "invoice INV-2026-<digit:6>, card ending in <digit:4>, order <digit:4>-<digit:4>-<digit:4>-<digit:4>",
    'ETag: W/"<hex:16>"; Content-MD5: <bytes:16>',
    "src/auth/token_<small:5>.py:<below:400>: TokenError in refreshAccessTokenForUserWithRetry",
    "| <name> | <below:900> | <below:100>.<below:9> % | 2026-0<below:9>-12 |",
    "- [x] <name>: <words:6> ^<hex:6>",
    "image: ghcr.io/example/<name>@sha256:<hex:64>",
    "msg_<base62:24> answered thread 1712<digit:6>.<digit:6>",
)
PROSE = "1<below:9>:<below:6>0 <name> <words:12>."
_PART = re.compile(r"<(\w+)(?::(\d+))?>")


def lines(count: int = 10_000, seed: int = 1) -> Iterator[str]:
    """Every line of code equally often, prose and words about secrets as often as each of them."""
    dice = Dice(seed)
    for number in range(count):
        which = number % (len(CODED) + 2)
        form = dice.choice(TOLD) if which == 0 else PROSE if which == 1 else CODED[which - 2]
        yield _PART.sub(lambda part: _made(dice, part[1], int(part[2] or 0)), form)


def _made(dice: Dice, what: str, size: int) -> str:
    if what in ALPHABETS:
        return dice.run(ALPHABETS[what], size)
    if what == "below":
        return str(dice.randrange(1, size))
    if what == "words":
        return " ".join(dice.choices(WORDS, k=size))
    if what == "bytes":
        return base64.b64encode(dice.randbytes(size)).decode()
    if what == "uuid":
        return str(uuid.UUID(int=dice.getrandbits(128), version=4))
    return dice.choice(SUBJECTS) if what == "name" else f"<{what}>"
