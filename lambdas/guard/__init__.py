"""`Custom::LifecycleGuard`: keeps the Control stack until everything bought is gone."""
