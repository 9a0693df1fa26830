# Describes torch.jit.annotations: the typing names under another roof.
from typing import Any, Dict, List, Optional, Tuple, Union

BroadcastingList1 = List
BroadcastingList2 = List
BroadcastingList3 = List
