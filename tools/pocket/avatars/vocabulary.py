"""The words that attributes are made of, and the colours they stand for."""

# What a pixel of a label map says. Sunglasses count as eyes, the mouth as face.
LABELS = dict(background=0, hair=1, skin=2, face=3, clothes=4, product=5, eyes=6)

COLOURS = dict(
    red=(214, 48, 60),
    orange=(240, 134, 52),
    yellow=(247, 203, 70),
    green=(76, 160, 92),
    teal=(42, 160, 160),
    blue=(60, 118, 214),
    navy=(38, 52, 104),
    purple=(132, 84, 186),
    pink=(240, 136, 172),
    white=(245, 243, 240),
    black=(44, 42, 50),
    brown=(132, 88, 60),
    gray=(148, 150, 158),
    beige=(224, 200, 168),
    mint=(160, 220, 196),
)
CLOTHES_COLOURS = [name for name in COLOURS if name != "mint"]
PRODUCT_COLOURS = "red orange yellow green blue purple pink white black brown teal".split()
BACKGROUNDS = "pink blue yellow green purple teal orange red beige gray white mint".split()

HAIR = {
    "black": (38, 32, 38),
    "dark brown": (74, 46, 36),
    "brown": (118, 74, 46),
    "auburn": (146, 62, 40),
    "red": (204, 78, 38),
    "blonde": (232, 190, 110),
    "platinum blonde": (242, 228, 200),
    "gray": (168, 168, 176),
    "pink": (240, 130, 170),
    "blue": (74, 120, 206),
    "purple": (130, 82, 176),
}
SKIN = dict(pale=(255, 226, 206), light=(248, 206, 174), tan=(226, 170, 126), brown=(170, 112, 76), dark=(112, 70, 50))
EYES = dict(brown=(112, 66, 34), blue=(66, 138, 214), green=(72, 158, 92), hazel=(160, 116, 52), gray=(128, 142, 156))
LIPS = dict(natural=(206, 104, 100), red=(206, 36, 56), pink=(236, 110, 146), plum=(146, 52, 96))

FACE_SHAPES = ["oval", "round", "square", "heart"]
FRINGES = ["none", "side", "centre", "bangs"]
BEARDS = ["none", "stubble", "full beard", "moustache"]
GLASSES = ["none", "round", "square", "sunglasses"]
FEMALE_STYLES = ["long straight", "long wavy", "bob", "ponytail", "bun", "curly", "braids", "pixie"]
MALE_STYLES = ["short", "quiff", "buzz cut", "curly", "man bun", "long straight"]
FEMALE_CLOTHES = ["dress", "t-shirt", "shirt", "hoodie", "blazer", "sweater", "tank top"]
MALE_CLOTHES = ["t-shirt", "shirt", "hoodie", "blazer", "sweater", "tank top"]
PATTERNS = ["plain", "striped", "dotted"]
EXPRESSIONS = ["smiling", "laughing", "neutral", "pouting", "serious", "surprised"]
SCENES = [
    *("beach", "city", "night city", "cafe", "studio", "forest", "bedroom"),
    *("sunset", "mountains", "garden", "library", "snow", "plain"),
]
FRAMES = ["portrait", "bust", "half"]
PRODUCTS = ["cup", "bottle", "phone", "handbag", "book", "perfume", "flowers"]
POSES = ["none", "hold", "wave", "hip"]
