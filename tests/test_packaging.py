"""What is built: every file of the package in it, and nothing else at the top of site-packages."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

import neuromem_sync

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "neuromem_sync"


def ours(folder: Path) -> set[str]:
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in files}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both distributions, built in a copy: building leaves folders behind."""
    source, out = tmp_path_factory.mktemp("source") / "tree", tmp_path_factory.mktemp("dist")
    ignored = shutil.ignore_patterns(".git", "*.egg-info", "build", "dist", ".*_cache", "__pycache__", ".venv*")
    shutil.copytree(ROOT, source, ignore=ignored, symlinks=True)
    if not (source / "README.md").exists():
        pytest.fail("the package has no README.md")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> set[str]:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def sdist(built: Path) -> set[str]:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        return {PurePosixPath(*PurePosixPath(item.name).parts[1:]).as_posix() for item in archive if item.isfile()}


def test_wheel_has_every_file_of_the_package(wheel: set[str]) -> None:
    assert ours(PACKAGE) <= wheel


def test_sdist_has_every_file_of_the_package(sdist: set[str]) -> None:
    assert ours(PACKAGE) <= sdist
    assert {"LICENSE", "README.md", "pyproject.toml"} <= sdist


def test_templates_are_there_with_their_dot_files(wheel: set[str], sdist: set[str]) -> None:
    for files in (wheel, sdist):
        assert "neuromem_sync/templates/workspace/.neuromemignore" in files
        assert "neuromem_sync/templates/workspace/mind/MEMORY.md" in files


def test_nothing_else_is_put_into_site_packages(wheel: set[str]) -> None:
    dist_info = f"neuromem_sync-{neuromem_sync.__version__}.dist-info"
    assert {PurePosixPath(name).parts[0] for name in wheel} == {"neuromem_sync", dist_info}


def test_version_is_the_same_everywhere(built: Path) -> None:
    version = neuromem_sync.__version__
    assert {file.name for file in built.iterdir()} == {
        f"neuromem_sync-{version}-py3-none-any.whl",
        f"neuromem_sync-{version}.tar.gz",
    }
    assert f"\n## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["parsers", "daemon", "templates"])
def test_the_doors_at_the_top_lead_into_the_package(name: str) -> None:
    assert (ROOT / name).is_symlink()
    assert (ROOT / name).resolve() == PACKAGE / name
