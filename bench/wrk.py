"""Load from `wrk`: requests a second and the 99th percentile of one kind of query."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

CLIENTS, SECONDS = 8, 5
POINT = "SELECT ?p ?o WHERE { <https://w3id.org/plenary/id/organization/NAME> ?p ?o }"
ROWS = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 1000"
SCRIPT = """
local names = {"huawei", "zte", "china-mobile", "cesi", "miit", "fiberhome", "cict", "iflytek", "etri", "nokia"}
local count, run = 0, tostring({}):sub(10)
local function encode(text)
  return (text:gsub("[^%w]", function(one) return string.format("%%%02X", one:byte()) end))
end
request = function()
  count = count + 1
  local query = [[QUERY]]
  query = query:gsub("NAME", names[count % #names + 1]) .. (NEW and "#" .. run .. count or "")
  return wrk.format("GET", "PATH?query=" .. encode(query), {Accept = "application/sparql-results+json"})
end
"""


class Load(NamedTuple):
    """What one run of wrk saw."""

    rate: float
    p99: float
    failed: int

    def __str__(self) -> str:
        told = f"{self.rate:.0f} requests a second, p99 {self.p99:.0f} ms"
        return told + (f", {self.failed} FAILED" if self.failed else "")


def installed() -> bool:
    """Whether wrk is here."""
    return shutil.which("wrk") is not None


def load(port: int, query: str, *, path: str = "/sparql", anew: bool = True, seconds: int = SECONDS) -> Load:
    """Ask one query from eight connections, each time another by a comment, or again and again the same."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "ask.lua"
        text = SCRIPT.replace("QUERY", query).replace("PATH", path).replace("NEW", str(anew).lower())
        script.write_text(text, encoding="utf-8")
        line = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds}s", "--latency", "-s", str(script)]
        said = subprocess.run([*line, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True)
    found = {key: re.search(pattern, said.stdout) for key, pattern in PATTERNS.items()}
    rate, p99 = found["rate"], found["p99"]
    if not rate or not p99:
        raise RuntimeError(said.stdout)
    failed = sum(int(match[1]) for key in ("status", "sockets") if (match := found[key]))
    return Load(float(rate[1]), float(p99[1]) * UNITS[p99[2]], failed)


PATTERNS = {
    "rate": r"Requests/sec:\s+([\d.]+)",
    "p99": r"99%\s+([\d.]+)(us|ms|s)",
    "status": r"Non-2xx or 3xx responses: (\d+)",
    "sockets": r"Socket errors: connect \d+, read (\d+)",
}
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
