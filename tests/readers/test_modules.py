"""The modules of the packages that have layers, and the files that are not Python."""

from __future__ import annotations

from memory import MemoryTree
from ringfence.domain.layers import Contract, parse_floors
from ringfence.domain.settings import LayerSettings
from ringfence.readers.modules import read_modules

FILES = {
    "src/shop/__init__.py": "from . import cli\n",
    "src/shop/cli.py": "import os\nfrom shop.domain import x\n",
    "src/shop/domain/__init__.py": "",
    "src/shop/domain/node.py": "from .x import y\n",
    "src/shop/broken.py": "def (\n",
    "src/shop/link.py": "import os\n",
    "src/shop/data.txt": "import os\n",
    "src/shopping/cli.py": "import os\n",
    "shop/other.py": "import os\n",
}


def test_modules_of_a_package() -> None:
    order = ("cli", "domain")
    modules, problems = read_modules(MemoryTree(FILES, ["src/shop/link.py"]), [LayerSettings("shop", "src", order)])
    assert {module.name: [item.module for item in module.imports] for module in modules} == {
        "shop": ["shop.cli"],
        "shop.cli": ["os", "shop.domain.x"],
        "shop.domain": [],
        "shop.domain.node": ["shop.domain.x.y"],
    }
    assert {module.path for module in modules} < set(FILES)
    assert {module.contract for module in modules} == {Contract("shop", parse_floors(list(order)))}
    assert [str(problem.place) for problem in problems] == ["src/shop/broken.py:1:1"]


def test_a_package_at_the_root() -> None:
    modules, problems = read_modules(MemoryTree(FILES), [LayerSettings("shop", "", ())])
    assert [module.name for module in modules] == ["shop.other"]
    assert problems == []


def test_no_layers_and_no_package() -> None:
    assert read_modules(MemoryTree(FILES), []) == ([], [])
    assert read_modules(MemoryTree(FILES), [LayerSettings("nowhere", "", ())]) == ([], [])
