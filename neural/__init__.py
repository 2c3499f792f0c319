"""Networks that change pictures: found, checked, run and stopped. Knows neither Qt nor editor."""
