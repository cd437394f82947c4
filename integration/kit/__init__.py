"""Real servers, clients and the proxy under test, started on loopback with private folders and free ports."""
