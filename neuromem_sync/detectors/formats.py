"""Secrets whose own shape gives them away: keys of known services, key blocks, addresses with a password.

Reads no words around them (prose.py does).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from neuromem_sync.detectors.base import Found
from neuromem_sync.detectors.harmless import is_placeholder

_SERVICES = {
    "GitHub token": r"github_pat_\w{22,}|gh[opusr]_[A-Za-z0-9]{30,}",
    "GitLab token": r"gl(?:pat|dt|ft|soat|rt|cbt|imt|ptt|agent|oas)-[\w.-]{20,}",
    "AWS access key": r"(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}",
    "Slack token": r"xox[abeoprscd](?:\.xox[bp])?-[\w-]{10,}|xapp-\d-[\w-]{20,}",
    "Stripe key": r"[sr]k_(?:live|test)_[0-9A-Za-z]{16,}|whsec_[0-9A-Za-z+/=]{24,}",
    "Anthropic key": r"sk-ant-[\w-]{20,}",
    "OpenAI key": r"sk-(?:(?:proj|svcacct|admin|or-v1|lf)-[\w-]{20,}|(?=[A-Za-z]*\d)[A-Za-z0-9]{20,}[\w-]*)",
    "Google key": r"AIza[\w-]{30,}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}|1//0[\w-]{30,}",
    "npm token": r"npm_[A-Za-z0-9]{30,}",
    "PyPI token": r"pypi-[\w-]{32,}",
    "SendGrid key": r"SG\.[\w-]{16,}\.[\w-]{32,}",
    "Twilio key": r"(?:SK|AC)[0-9a-f]{32}",
    "Telegram token": r"\d{8,10}:[\w-]{35}",
    "Discord token": r"[MNO][\w-]{23,27}\.[\w-]{6,7}\.[\w-]{27,}|mfa\.[\w-]{60,}",
    "Mailgun key": r"key-[0-9a-f]{32}",
    "Mailchimp key": r"[0-9a-f]{32}-us\d{1,2}",
    "Shopify token": r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",
    "Square token": r"sq0[a-z]{3}-[\w-]{22,}|EAAA[\w-]{56,}",
    "Hugging Face token": r"hf_[A-Za-z0-9]{30,}",
    "DigitalOcean token": r"do[opr]_v1_[0-9a-f]{64}",
    "Atlassian token": r"ATATT3[\w=-]{60,}",
    "Notion token": r"ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43}",
    "age key": r"AGE-SECRET-KEY-1[0-9A-Z]{50,}",
    "Vault token": r"hv[sbr]\.[\w-]{24,}",
    "Airtable token": r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}",
    "service key": (
        r"(?:lin_api_|gsk_|r8_|xai-|pplx-|tvly-|dapi|nfp_|sbp_|pscale_(?:tkn|pw|oauth)_|PMAK-|NRAK-|figd_"
        r"|sntry[su]_|glsa_|rnd_|dckr_pat_|nvapi-|rubygems_|CLOJARS_|dp\.(?:pt|st)\.)(?=\S{0,20}\d)[\w=+/-]{24,}"
    ),
    "web hook": (
        r"https://hooks\.slack\.com/\w+/[\w/-]{20,}|https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d+/[\w-]{30,}"
    ),
    "storage key": r"AccountKey=[A-Za-z0-9+/=]{40,}",
    "JSON web token": r"eyJ[\w-]{8,2000}={0,2}\.[\w-]{8,}={0,2}\.[\w-]*(?:\.[\w-]+)*",
}
_KINDS = tuple(_SERVICES)
_FORMAT = re.compile("|".join(f"({form})" for form in _SERVICES.values()))
# A block that never ends runs to the end of its text; redact.py goes on into the next entry.
_BLOCKS = (
    (
        "PRIVATE KEY",
        re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----(?:.*?-----END [A-Z0-9 ]*-----|.*)", re.DOTALL),
    ),
    ("PuTTY-User", re.compile(r"PuTTY-User-Key-File-\d.*", re.DOTALL)),
)
_ADDRESS = re.compile(r"(?<=://)[^\s:/@\"'<>`]{0,200}:(?P<value>[^\s\"'<>`]{1,300}?)@(?=[\w\[$])")


def find(text: str, words: Iterable[tuple[int, int]]) -> Iterator[Found]:
    """Keys and web hooks of known services in the words at these places."""
    for start, end in words:
        for match in _FORMAT.finditer(text, start, end):
            if not text[max(start, match.start() - 1) : match.start()].isalnum():
                yield Found(start=match.start(), end=match.end(), kind=_KINDS[(match.lastindex or 1) - 1])


def blocks(text: str) -> Iterator[Found]:
    """Private keys, whole."""
    for fragment, pattern in _BLOCKS:
        if fragment in text:
            for match in pattern.finditer(text):
                yield Found(start=match.start(), end=match.end(), kind="private key")


def passwords_in_addresses(text: str) -> Iterator[Found]:
    for match in _ADDRESS.finditer(text):
        if not is_placeholder(match["value"]):
            yield Found(start=match.start("value"), end=match.end("value"), kind="password in an address")
