"""Print HTML -> PDF."""
