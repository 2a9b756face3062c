"""The coordinators' desk: what waits, the people, the invitations, and how the community works."""
