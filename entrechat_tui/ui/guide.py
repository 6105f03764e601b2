"""``entrechat guide``: the manual that is shipped in the package."""

from importlib.resources import files

from .. import guide
from .arguments import UsageError
from .lines import out


def topics() -> list[str]:
    """What the guide has pages on."""
    names = (page.name for page in files(guide).iterdir())
    return sorted(name.removesuffix(".md") for name in names if name.endswith(".md"))


def run(topic: str) -> int:
    """Print a page. Raises UsageError for an unknown topic."""
    if topic not in topics():
        raise UsageError(f"the guide has no page {topic!r}; it has {', '.join(topics())}")
    out(files(guide).joinpath(f"{topic}.md").read_text("utf-8"))
    return 0
