"""Site -> engine: MkDocs, its live preview, the offline worker, an export for others."""
