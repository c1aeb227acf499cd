"""What is made: short-term statistics, their levels and growth."""
