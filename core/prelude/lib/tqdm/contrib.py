# Describes tqdm.contrib.
from tqdm import tqdm, trange
