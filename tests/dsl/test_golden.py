"""Results of families stay what they are."""

from __future__ import annotations

import json

from tests.dsl.golden import DIGESTS, differing, digests


def test_every_result_is_what_it_was() -> None:
    """No digest differs; after a wanted change `python -m tests.dsl.golden --write` renews them."""
    now = digests()
    assert differing(now) == []
    assert list(now) == list(json.loads(DIGESTS.read_text(encoding="utf-8"))), "tried in another order"
