"""Three authorities on one machine: the stage, the attacks, the story, the books. I/O."""
