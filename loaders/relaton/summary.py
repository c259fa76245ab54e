"""What a load did, set by set: what was read, used and left, what was merged, and what was skipped and why."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from loaders.relaton.fields import UNKNOWN, Use
from loaders.relaton.reader import SkipRecord
from loaders.relaton.versions import Constancy


@dataclass
class Summary:
    """One set: its source, the day of the crawl and how it is known, and all counts."""

    source: str
    day: str
    day_from: str
    records: int
    documents: int
    repeats: int
    differing: dict[str, int]
    by: dict[str, Counter[str]]
    counts: Counter[str] = field(default_factory=Counter)
    constancy: list[Constancy] = field(default_factory=list)
    organizations: Counter[str] = field(default_factory=Counter)
    statements: int = 0

    def lines(self) -> list[str]:
        """The set in a few lines."""
        about = f"{self.source}: {self.records:,} records of {self.documents:,} documents"
        merged = f"{self.repeats:,} records repeat a document and were merged"
        if self.differing:
            merged += f" (they disagreed on {', '.join(f'{k} {v:,}' for k, v in self.differing.items() if v)})"
        lines = [f"{about}, as of {self.day} ({self.day_from}), {self.statements:,} statements", f"  {merged}"]
        lines += [f"  {count:,} {what}" for what, count in sorted(self.counts.items())]
        return lines + [f"  {one.sentence()}" for one in self.constancy]


@dataclass
class Load:
    """A whole load: its sets, the fields of its records, and the records that could not be used."""

    sets: list[Summary] = field(default_factory=list)
    fields: list[Use] = field(default_factory=list)
    skipped: list[SkipRecord] = field(default_factory=list)
    runs: list[Path] = field(default_factory=list)

    def lines(self) -> list[str]:
        """What a user should know when the load is done."""
        lines = [line for one in self.sets for line in one.lines()]
        left = sum(not use.used for use in self.fields)
        strange = [use for use in self.fields if use.words == UNKNOWN]
        known = left - len(strange)
        lines.append(f"{len(self.fields)} fields: {len(self.fields) - left} used, {known} left for a reason")
        lines += [f"  left, {UNKNOWN}: {use.field} ({use.records:,} records)" for use in strange[:20]]
        if len(strange) > 20:
            lines.append(f"  … and {len(strange) - 20:,} more fields, in relaton.json")
        lines.append(f"{len(self.skipped):,} files skipped")
        lines += [f"  {skip}" for skip in self.skipped[:20]]
        return lines + ([f"  … and {len(self.skipped) - 20:,} more"] if len(self.skipped) > 20 else [])

    def write(self, path: Path) -> None:
        """Keep everything as JSON."""
        sets = [
            vars(one) | {"by": {k: dict(v.most_common()) for k, v in one.by.items()},
                         "constancy": [vars(c) | {"sentence": c.sentence()} for c in one.constancy],
                         "organizations": dict(one.organizations.most_common())}
            for one in self.sets
        ]  # fmt: skip
        skipped = [{"file": s.place, "field": s.field, "problem": s.problem, "remedy": s.remedy} for s in self.skipped]
        about = {"sets": sets, "fields": [vars(use) for use in self.fields], "skipped": skipped}
        path.write_text(json.dumps(about, indent=1, ensure_ascii=False), encoding="utf-8")
