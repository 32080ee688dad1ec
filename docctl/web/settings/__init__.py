"""Settings: people's accounts, document types, approval routes and the organisation."""
