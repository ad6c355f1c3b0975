"""All planted flaws."""

from tests.simulation.bench.variants.gating import GATING
from tests.simulation.bench.variants.judging import JUDGING
from tests.simulation.bench.variants.money import MONEY
from tests.simulation.bench.variants.operations import OPERATIONS
from tests.simulation.bench.variants.promotion import PROMOTION
from tests.simulation.bench.variants.protocol import PROTOCOL
from tests.simulation.bench.variants.purchases import PURCHASES
from tests.simulation.bench.variants.removal import REMOVAL
from tests.simulation.bench.variants.serving import SERVING

_ALL = (*PROTOCOL, *PURCHASES, *REMOVAL, *SERVING, *JUDGING, *GATING, *PROMOTION, *OPERATIONS, *MONEY)
VARIANTS = {variant.name: variant for variant in _ALL}
