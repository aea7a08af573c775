"""The Pulumi provider ``muniform``: what the engine calls to read and change a site's services."""
