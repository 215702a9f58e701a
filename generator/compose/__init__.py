"""Library -> Site: pages, sheets and data, and the rules that only templates and scripts could break."""
