"""The formats detect-secrets knows, as a second opinion on text that holds something key-like.

Uses the library's patterns alone: its way of reporting loses the place, and two of its patterns report only the
prefix of a token. Imported on first use, as it takes 100 ms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module

from neuromem_sync.detectors.base import Found

# The plugins whose formats stand on their own. Left out: public addresses, bare entropy and any quoted string near a
# key word, which call too much harmless text a secret; private keys and addresses, which formats.py cuts whole.
_PLUGINS = {
    "aws": "AWSKeyDetector",
    "azure_storage_key": "AzureStorageKeyDetector",
    "cloudant": "CloudantDetector",
    "discord": "DiscordBotTokenDetector",
    "github_token": "GitHubTokenDetector",
    "gitlab_token": "GitLabTokenDetector",
    "ibm_cloud_iam": "IbmCloudIamDetector",
    "ibm_cos_hmac": "IbmCosHmacDetector",
    "mailchimp": "MailchimpDetector",
    "npm": "NpmDetector",
    "openai": "OpenAIDetector",
    "pypi_token": "PypiTokenDetector",
    "sendgrid": "SendGridDetector",
    "slack": "SlackDetector",
    "softlayer": "SoftlayerDetector",
    "square_oauth": "SquareOAuthDetector",
    "stripe": "StripeDetector",
    "telegram_token": "TelegramBotTokenDetector",
    "twilio": "TwilioKeyDetector",
}
_RUN = re.compile(r"[\w+/=.~:-]{16,}")


def find(text: str, words: Iterable[tuple[int, int]]) -> Iterator[Found]:
    """What the library finds in the words at these places, seen with the line before them."""
    for start, end in words:
        line = text.rfind("\n", max(0, start - 200), start) + 1 or max(0, start - 200)
        for kind, pattern in _patterns():
            for match in pattern.finditer(text, line, end):
                yield _whole_token(text, match, kind)


def _whole_token(text: str, match: re.Match[str], kind: str) -> Found:
    """The last long run in the match, to its end in the text: a pattern may stop short, or begin at a key word."""
    start, end = match.span()
    for run in _RUN.finditer(text, start):
        if run.start() >= end:
            break
        start, end = run.start(), max(end, run.end())
    return Found(start=start, end=end, kind=kind)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    plugins = (getattr(import_module(f"detect_secrets.plugins.{name}"), plugin) for name, plugin in _PLUGINS.items())
    return tuple((plugin.secret_type, pattern) for plugin in plugins for pattern in plugin.denylist)
