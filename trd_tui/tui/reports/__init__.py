"""What has come of the campaigns: figures by campaign, touch, day, person, error and cost."""
