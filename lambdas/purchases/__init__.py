"""What buys something: intent before the purchase, outcome after it, and a second look at what is wanted."""

from lambdas.purchases.training import REFUSALS, JobPurchases, NotVisibleYetError, OverBudgetError, start_or_adopt

__all__ = ["REFUSALS", "JobPurchases", "NotVisibleYetError", "OverBudgetError", "start_or_adopt"]
