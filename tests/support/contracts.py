"""Contract types of import-linter's that this project adds; pyproject.toml names them.

`lint-imports` imports this file as `tests.support.contracts`, from the folder it is started in.
"""

import sys
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class StandardLibraryOnly(Contract):
    """Packages that import nothing but themselves and Python's standard library.

    A `forbidden` contract needs the names of all that is not allowed; here only this is listed:

    - `packages`: the packages that the contract is for, with all modules in them.
    """

    packages: Any = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001, ARG002 - import-linter's signature
        """Find every import that leads out of its own package, but for the standard library's."""
        strange = [
            f"{importer} imports {imported}"
            for package in self.packages
            for importer in sorted({package, *graph.find_descendants(package)})
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not f"{imported}.".startswith(f"{package}.")
            and imported.partition(".")[0] not in sys.stdlib_module_names
        ]
        return ContractCheck(kept=not strange, metadata={"strange": strange})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print what was found."""
        for line in check.metadata["strange"]:
            output.print_error(f"- {line}")
