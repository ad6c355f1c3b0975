"""The report of one training: losses, data, evaluation, verdict, lineage and cost on one page."""

from finetuning.run_report.assembling import NoSuchGenerationError, assemble
from finetuning.run_report.html import render
from finetuning.run_report.markdown import summary
from finetuning.run_report.model import RunReport

__all__ = ["NoSuchGenerationError", "RunReport", "assemble", "render", "summary"]
