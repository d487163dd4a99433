"""Tables given as files: CSV and XLSX read row by row, only the columns asked for."""

from portal.people.sheets.model import Formula, Number, Sheet, SheetRow
from portal.people.sheets.opening import open_sheet
from portal.people.sheets.progress import Bar

__all__ = ["Bar", "Formula", "Number", "Sheet", "SheetRow", "open_sheet"]
