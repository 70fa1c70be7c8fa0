"""The wordings that captions choose from. A text that stands twice is twice as likely."""

NOUNS = dict(
    f=["woman", "woman", "girl", "young woman", "lady", "female influencer"],
    m=["man", "man", "guy", "young man", "male influencer"],
)
OPENINGS = [
    *("photo of ", "a photo of ", "portrait of ", "picture of ", "illustration of ", "an illustration of "),
    *("image of ", "", ""),
]
PORTRAIT_OPENINGS = [
    *("close-up portrait of ", "close-up of ", "closeup photo of ", "close-up photo of ", "headshot of "),
]
HALF_BODY_OPENINGS = ["half body photo of ", "half body shot of ", "half-body portrait of ", "medium shot of "]

# {} is the colour of the hair
STYLES = {
    "long straight": ["long {} hair", "long straight {} hair", "straight long {} hair"],
    "long wavy": ["long wavy {} hair", "wavy {} hair", "long {} wavy hair"],
    "bob": ["a {} bob", "short {} bob hair", "a {} bob haircut"],
    "ponytail": ["a {} ponytail", "{} hair in a ponytail"],
    "bun": ["a {} bun", "{} hair in a bun", "{} hair tied in a bun"],
    "curly": ["curly {} hair", "{} curly hair", "{} curls"],
    "braids": ["{} braids", "braided {} hair"],
    "pixie": ["a {} pixie cut", "short {} hair"],
    "short": ["short {} hair"],
    "quiff": ["a {} quiff", "{} hair in a quiff"],
    "buzz cut": ["a {} buzz cut"],
    "man bun": ["a {} man bun", "{} hair in a man bun"],
}
BEARDS = {
    "stubble": "stubble",
    "full beard": ["a beard", "a full beard"],
    "moustache": ["a moustache", "a mustache"],
}
GLASSES = {"round": "round glasses", "square": ["square glasses", "glasses"], "sunglasses": "sunglasses"}
PRODUCTS = {
    "cup": ["cup", "cup", "coffee cup", "cup of coffee"],
    "bottle": ["bottle", "bottle", "water bottle"],
    "phone": ["phone", "smartphone"],
    "handbag": ["handbag", "handbag", "bag"],
    "book": "book",
    "perfume": ["perfume bottle", "perfume", "bottle of perfume"],
    "flowers": ["flowers", "bouquet", "bouquet of flowers"],
}
# names whose colour does not simply go before them
PRODUCTS_AROUND_A_COLOUR = {
    "cup of coffee": "a {} cup of coffee",
    "flowers": "{} flowers",
    "bouquet of flowers": "a bouquet of {} flowers",
    "bottle of perfume": "a {} bottle of perfume",
}

WEARING = ["wearing ", "wearing ", "in ", "dressed in "]
HOLDING = ["holding ", "holding ", "with ", "showing ", "holding up "]
EXPRESSIONS = {
    "smiling": ["smiling", "with a smile", "happy"],
    "laughing": ["laughing", "big smile", "laughing happily"],
    "neutral": ["neutral expression", "calm expression"],
    "pouting": ["pouting", "pouting lips"],
    "serious": ["serious", "serious expression"],
    "surprised": ["surprised", "surprised expression"],
}
SCENES = {
    "beach": ["at the beach", "on the beach", "on a sunny beach"],
    "city": ["in the city", "on a city street", "in a city"],
    "night city": ["in the city at night", "in a night city", "at night in the city"],
    "cafe": ["in a cafe", "in a coffee shop", "at a cafe"],
    "studio": ["in a studio", "in a photo studio", "studio lighting"],
    "forest": ["in a forest", "in the forest", "in the woods"],
    "bedroom": ["in a bedroom", "in {theirs} bedroom", "in a cozy bedroom"],
    "sunset": ["at sunset", "during sunset", "sunset in the background"],
    "mountains": ["in the mountains", "mountains in the background"],
    "garden": ["in a garden", "in a flower garden", "in the garden"],
    "library": ["in a library", "bookshelf background"],
    "snow": ["in the snow", "in a snowy landscape", "winter snow"],
    "plain": [
        *("on a {colour} background", "{colour} background", "plain {colour} background"),
        "in front of a {colour} wall",
    ],
}
TURNED = ["looking to the {}", "turned to the {}", "facing {}"]
FACING = ["looking at the camera", "facing the camera", "front view"]
POSES = {
    "wave": ["waving", "waving hand", "hand raised", "waving at the camera"],
    "hip": ["hand on hip", "with a hand on the hip"],
}
QUALITIES = [
    *("high quality", "best quality", "detailed", "highly detailed", "masterpiece", "4k", "8k", "sharp focus"),
    *("soft light", "influencer", "instagram photo", "flat illustration", "vector art", "cinematic lighting"),
    *("professional photo", "realistic"),
]
UNKNOWN_NAMES = [
    *("emma", "sofia", "alex", "olivia", "sks", "ohwx", "anna", "lucas", "influencer", "trigger", "mybrand"),
    *("maria", "tom"),
]
