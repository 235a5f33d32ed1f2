"""The promises of docs/secrets.md, measured on made-up secrets and on made-up lines that hold none."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.secrets.harmless import lines
from benchmarks.secrets.score import Score, false_alarms, scores, strings
from benchmarks.secrets.seeds import CODE, FORMAT, PLACES, PROSE, SECTION, SHAPES, Seed, seeds
from neuromem_sync.detectors import find
from neuromem_sync.parsers import Document, parse
from neuromem_sync.workspace import route

LEAST = {FORMAT: 0.98, CODE: 0.98, PROSE: 0.95, SECTION: 1.0}


@pytest.fixture(scope="module")
def scored() -> dict[str, Score]:
    return scores(seeds())


def test_there_are_560_secrets_of_every_format_in_every_place() -> None:
    given = list(seeds())
    assert Counter(seed.kind for seed in given) == {FORMAT: 280, CODE: 80, PROSE: 100, SECTION: 100}
    assert {seed.name for seed in given if seed.kind == FORMAT} == {*SHAPES, "private key"}
    assert {seed.place for seed in given if seed.kind == FORMAT} == {*PLACES, "block"}


@pytest.mark.parametrize("kind", LEAST)
def test_secrets_are_seen(kind: str, scored: dict[str, Score]) -> None:
    assert scored[kind].recall >= LEAST[kind], [f"{seed.name} in {seed.place}" for seed in scored[kind].leaked]


def test_unseen_they_would_be_in_the_index() -> None:
    """Only what a parser leaves out by itself is not: the sections of SHARED.md, and documents that are not read."""
    out = [seed for seed in seeds() if not _would_leak(seed)]
    assert {seed.path for seed in out} <= {"mind/SHARED.md"}


def _would_leak(seed: Seed) -> bool:
    kind = route(seed.path)
    result = parse(Document(seed.path, seed.text.encode(), kind)).result
    told = "\n".join((seed.path, *strings(result.entries)))
    return seed.secret in told or all(line in told for line in (seed.secret[:64], seed.secret[-64:]))


def test_ten_thousand_harmless_lines_stay() -> None:
    told = list(lines())
    assert len(told) == 10_000
    alarms = false_alarms(told)
    assert sum(alarms.values()) <= 50, alarms.most_common(10)


# Other ways to say it than those of the made-up secrets.
OTHER = {
    "The admin password is still {p}.": True,
    "Wifi: GuestNet / {p} (password)": True,
    "we set the db password to {p} yesterday": True,
    "password - {p}": True,
    "my login is ava@example.org with password {p}": True,
    "redis://:{p}@cache:6379": True,
    "sudo passwd ist {p}": True,
    "Passwort geändert auf {p}": True,
    "Mot de passe du wifi : {p}": True,
    "heslo je {p}": True,
    "lösenord: {p}": True,
    "şifre: {p}": True,
    "mật khẩu: {p}": True,
    "비밀번호는 {p}": True,
    "don't forget: {p} is the wifi password": True,
    "ssh root@10.0.0.1 (password {p})": True,
    "X-Api-Key: k9Qz7Lm2Xv8Rt4aaBBcc": True,
    "otpauth://totp/ava?secret=JBSWY3DPEHPK3PXP&issuer=x": True,
    "The 2FA backup code is 4471-8821": True,
    "| name | password |\n|---|\n| ava | {p} |": True,
    "the key is under the mat": False,
    "het wachtwoord is lang genoeg": False,
    "la contraseña es obligatoria": False,
    "password reset link expires in 24h": False,
    "log in with your GitHub account": False,
    "pass=12 fail=3": False,
    "password => bcrypt hash": False,
    'password = user_dict["password"],': False,
    "'PASSWORD': os.environ.get('POSTGRES_PASSWORD'),": False,
    "Password hashing moved to Argon2id": False,
    "| name | password |\n|---|\n| ava | required |": False,
}


@pytest.mark.parametrize("text", OTHER)
def test_other_words_for_it(text: str) -> None:
    assert bool(find(text.format(p="Tr0ub" + "4dor3") if "{p}" in text else text)) is OTHER[text]
