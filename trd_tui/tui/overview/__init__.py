"""The home screen: the list of campaigns, the figures above it, and the pane beside it on wide terminals."""
