"""What the demo region is made of: real schools, invented people and children. Data; what is done with it is above."""
