"""The face nets in the shapes of InsightFace: what aligns faces, the networks, and their batches of drawings."""
