"""The model versions: the pointer, the current one, its files and digests, the others, the shadow."""

from collections.abc import Callable, Iterator
from typing import Any

from classifier.doctor.finding import Finding, note, to_do, told, well
from classifier.errors import ModelError
from classifier.pointer import Pointer
from classifier.registry import Registry


def look_at_versions(registry: Registry) -> Iterator[Finding]:
    """Yield what is found of the pointer, the current version, the others and the shadow."""
    try:
        pointer = registry.pointer()
    except ModelError as error:
        yield told("current model", error)
        pointer = Pointer(None, ())
    else:
        yield _current(registry, pointer)
    yield _others(registry, pointer)
    yield _shadow(registry, pointer)


def _current(registry: Registry, pointer: Pointer) -> Finding:
    if pointer.current:
        version = pointer.current
        return _tried("current model", lambda: registry.load(version), f"{version}: loads, and all digests are right")
    if registry.versions():
        return to_do("current model", "none of the saved versions is current", "newsieve promote VERSION")
    return note("current model", "no version yet", "the first newsieve classify or serve trains one")


def _others(registry: Registry, pointer: Pointer) -> Finding:
    others = [version for version in registry.versions() if version != pointer.current]
    for version in others:
        try:
            registry.files(version)
            registry.report(version)
        except ModelError as error:
            found = str(error).partition("; ")[0]
            return to_do("other versions", found, f"bring {registry.folder / version} back from a copy, or remove it")
    gone = [version for version in pointer.previous if version not in registry.versions()]
    if gone:
        found = f"{', '.join(gone)}: current once, and no longer on disk"
        return note("other versions", found, f"newsieve rollback needs its folder back in {registry.folder}")
    return well("other versions", f"{len(others):,}, all digests are right")


def _shadow(registry: Registry, pointer: Pointer) -> Finding:
    try:
        shadow = registry.shadow()
    except ModelError as error:
        return told("shadow", error)
    if shadow is None:
        return well("shadow", "none")
    if shadow.version == pointer.current:
        return note("shadow", f"{shadow.version}: has become current", "newsieve shadow --off tidies up")
    found = _tried("shadow", lambda: registry.load(shadow.version), f"{shadow.version}: loads")
    if found.state == "to do":
        return to_do("shadow", found.found, "newsieve shadow --off, or put another there with newsieve shadow VERSION")
    return found


def _tried(part: str, load: Callable[[], Any], good: str) -> Finding:
    try:
        load()
    except ModelError as error:
        return told(part, error)
    return well(part, good)
