"""XML files of ICS2 and NCTS: which message it is, told by its root, and the notice it becomes.

Responsible for choosing the mapping. Must not know any mapping.
"""

from node.convert import ics2, ncts
from node.convert.conversion import Context, Conversion, Failure
from node.convert.xml_source import Tree, read_tree

_KNOWN = (
    f"{ics2.NAMESPACE} ({', '.join(ics2.FILINGS)}) and {ncts.NAMESPACE} ({', '.join(ncts.DECLARATIONS)})"
)


def read_xml(raw: bytes, context: Context) -> Conversion:
    """Read the notice of one XML file; what is wrong is in the answer, nothing is raised."""
    tree = read_tree(raw)
    if isinstance(tree, Failure):
        return Conversion((), (tree,))
    if tree.namespace == ics2.NAMESPACE and tree.name in ics2.FILINGS:
        return Conversion((ics2.read_filing(tree, context),))
    if tree.namespace == ncts.NAMESPACE and tree.name in ncts.DECLARATIONS:
        return Conversion((ncts.read_declaration(tree, context),))
    return Conversion((), (_unknown(tree),))


def _unknown(tree: Tree) -> Failure:
    return Failure(
        f"line {tree.root.line}", "", "convert.xml_unknown", f"expected a root element of {_KNOWN}"
    )
