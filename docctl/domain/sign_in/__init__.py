"""Who is who: passwords, second factors, sessions and access requests."""
