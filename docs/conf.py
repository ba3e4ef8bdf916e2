"""Settings of the documentation site: `make docs` builds it into build/docs, to be opened without a network."""

import re

from docutils import nodes
from pydantic import BaseModel
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from simulator import __version__

project = "Lampung jamsos simulator"
version = release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon"]

default_role = "py:obj"  # `name` in a docstring is a link where the site knows the name, and code where it does not
smartquotes_action = "D"  # dashes only: primes of equations stay primes
nitpicky = False
myst_heading_anchors = 3
highlight_language = "none"  # indented blocks are formulas

autosummary_generate = False
autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 90
napoleon_google_docstring = False
napoleon_custom_sections = [("Attributes", "params_style")]  # the usual style cannot read "low, high : float"
napoleon_use_rtype = False
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = f"{project} {version}"
html_copy_source = False
html_show_copyright = False
html_show_search_summary = False  # a page opened from a folder may not read the text of other pages

_ARRAY = re.compile(r"~?numpy\.ndarray\[tuple\[[^]]*\], ~?numpy\.dtype\[[^]]*\]\]")
_EQUATION = re.compile(r"(?<=[^\n])\n(?=\(\d+\) )")


def _equations_on_own_lines(app: Sphinx, page: str, source: list[str]) -> None:
    """Begin a line with every numbered equation, as the text does."""
    if page == "model":
        source[0] = _EQUATION.sub("\\\\\n", source[0])


def _readable_signature(
    app: Sphinx, what: str, name: str, its: object, options: object, signature: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """Name the fields of a record and call arrays arrays: their types, shapes and units stand below."""
    if isinstance(its, type) and issubclass(its, BaseModel):
        fields = ((field.alias or name, field.is_required()) for name, field in its.model_fields.items())
        return f"(*, {', '.join(name if required else f'{name}=...' for name, required in fields)})", None
    return signature and _ARRAY.sub("Array", signature), returns and _ARRAY.sub("Array", returns)


def _skip_settings(app: Sphinx, what: str, name: str, its: object, skip: bool, options: object) -> bool | None:
    """Leave out how a record is checked."""
    return True if name == "model_config" else None


def _link_to_public_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.Element | None:
    """Link a type to the page of its public name: annotations name the module that defines it."""
    target = node.get("reftarget", "")
    if node.get("refdomain") != "py" or not target.startswith("simulator."):
        return None
    domain, last = env.domains["py"], target.rpartition(".")[2]
    public = [name for name in domain.objects if name.startswith("simulator.") and name.rpartition(".")[2] == last]
    if len(public) != 1 or public[0] == target:
        return None
    return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", public[0], node, content)


def setup(app: Sphinx) -> None:
    """Take part in the build."""
    app.connect("source-read", _equations_on_own_lines)
    app.connect("autodoc-process-signature", _readable_signature)
    app.connect("autodoc-skip-member", _skip_settings)
    app.connect("missing-reference", _link_to_public_name)
