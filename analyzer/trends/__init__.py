"""One series: figures over time to trends, loops and findings."""
