"""What people change: users, partnerships, uploads, corrections. `workspace.Workspace` is the way in."""
