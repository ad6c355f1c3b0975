"""What the app synthesizes, judged without deploying it."""
