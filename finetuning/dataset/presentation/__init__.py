"""What every way of showing a report has in common: findings by rule, numbers and texts as people read them."""
