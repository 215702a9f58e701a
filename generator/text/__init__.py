"""Words as such, of no programme: Markdown, kind words, reading grades, spelling, telephone numbers, languages."""
