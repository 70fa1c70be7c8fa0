"""gen.py - procedural avatar illustrations (skia), captions, label masks and key points.

    a = random_attrs(rng)               # dict of attributes (or character('mia', rng), plus your own edits)
    r = render(a, size=128)             # {'rgb','labels','keypoints','face_box'}
    c = caption(a, rng)                 # text, varied wording / order / dropout
Canvas units are 128x128 whatever the pixel size.  Figure units: head centre (0,0), face ~38 wide.
"""
import math, random, sys
import numpy as np, skia

LABELS = dict(background=0, hair=1, skin=2, face=3, clothes=4, product=5, eyes=6)
# ------------------------------------------------------------------ vocabulary
COL = dict(red=(214,48,60), orange=(240,134,52), yellow=(247,203,70), green=(76,160,92), teal=(42,160,160),
           blue=(60,118,214), navy=(38,52,104), purple=(132,84,186), pink=(240,136,172), white=(245,243,240),
           black=(44,42,50), brown=(132,88,60), gray=(148,150,158), beige=(224,200,168), mint=(160,220,196))
HAIR = {'black':(38,32,38),'dark brown':(74,46,36),'brown':(118,74,46),'auburn':(146,62,40),'red':(204,78,38),
        'blonde':(232,190,110),'platinum blonde':(242,228,200),'gray':(168,168,176),'pink':(240,130,170),
        'blue':(74,120,206),'purple':(130,82,176)}
SKIN = {'pale':(255,226,206),'light':(248,206,174),'tan':(226,170,126),'brown':(170,112,76),'dark':(112,70,50)}
EYES = {'brown':(112,66,34),'blue':(66,138,214),'green':(72,158,92),'hazel':(160,116,52),'gray':(128,142,156)}
F_STYLE = ['long straight','long wavy','bob','ponytail','bun','curly','braids','pixie']
M_STYLE = ['short','quiff','buzz cut','curly','man bun','long straight']
CLOTHES_F = ['dress','t-shirt','shirt','hoodie','blazer','sweater','tank top']
CLOTHES_M = ['t-shirt','shirt','hoodie','blazer','sweater','tank top']
SCENES = ['beach','city','night city','cafe','studio','forest','bedroom','sunset','mountains','garden','library','snow','plain']
PRODUCTS = ['cup','bottle','phone','handbag','book','perfume','flowers']
EXPR = ['smiling','laughing','neutral','pouting','serious','surprised']
CLOTH_COLS = [c for c in COL if c not in ('mint',)]
PROD_COLS = ['red','orange','yellow','green','blue','purple','pink','white','black','brown','teal']
BACK_COLS = ['pink','blue','yellow','green','purple','teal','orange','red','beige','gray','white','mint']
# fixed look of the named characters: gender, skin, hair colour, hair style, fringe, eyes, extras
CHARS = {
 'mia':  ('f','light','red','long wavy','side','green',dict(freckles=1,shape='oval')),
 'zoe':  ('f','brown','black','curly','none','brown',dict(shape='round',lips='red')),
 'ava':  ('f','pale','platinum blonde','bob','bangs','blue',dict(shape='heart',lips='pink')),
 'luna': ('f','pale','purple','long straight','bangs','gray',dict(shape='oval',lips='plum')),
 'ivy':  ('f','tan','brown','ponytail','side','hazel',dict(shape='oval',earrings=1)),
 'ruby': ('f','light','black','bun','bangs','brown',dict(shape='round',lips='red',glasses='round')),
 'nina': ('f','dark','dark brown','braids','centre','brown',dict(shape='heart',earrings=1)),
 'lily': ('f','light','blonde','long straight','centre','blue',dict(shape='round',lips='pink')),
 'leo':  ('m','tan','dark brown','quiff','none','brown',dict(shape='square',beard='full beard')),
 'noah': ('m','pale','blonde','short','none','blue',dict(shape='oval',beard='none')),
 'max':  ('m','light','auburn','curly','none','green',dict(shape='round',beard='none',freckles=1,glasses='square')),
 'omar': ('m','dark','black','buzz cut','none','brown',dict(shape='square',beard='stubble')),
 'kai':  ('m','tan','black','man bun','none','hazel',dict(shape='oval',beard='moustache')),
}
LIPS = {'natural':(206,104,100),'red':(206,36,56),'pink':(236,110,146),'plum':(146,52,96)}

# ------------------------------------------------------------------ attributes
def base_attrs(rng):
    g = 'f' if rng.random() < .62 else 'm'
    a = dict(gender=g, name=None, skin=rng.choice(list(SKIN)), eyes=rng.choice(list(EYES)),
             hair=rng.choices(list(HAIR), [3,3,3,2,2.4,3,1.6,1,1.2,1,1])[0], shape=rng.choice(['oval','round','square','heart']),
             freckles=int(rng.random()<.13), glasses=rng.choices(['none','round','square','sunglasses'],[80,8,7,5])[0],
             lips='natural', beard='none', earrings=0, fringe='none')
    if g == 'f':
        a.update(style=rng.choice(F_STYLE), lips=rng.choices(list(LIPS),[5,3,3,1])[0], earrings=int(rng.random()<.35),
                 fringe=rng.choice(['side','centre','bangs']))
    else:
        a.update(style=rng.choices(M_STYLE,[4,3,1.5,2,1.2,1])[0], beard=rng.choices(['none','stubble','full beard','moustache'],[5,2,3,1])[0],
                 fringe='centre')
    return a

def character(name, rng):
    g, skin, hair, style, fringe, eyes, ex = CHARS[name]
    a = dict(gender=g, name=name, skin=skin, eyes=eyes, hair=hair, style=style, fringe=fringe, freckles=0, glasses='none',
             lips='natural', beard='none', earrings=0, shape='oval')
    a.update(ex)
    return a

def add_scene(a, rng):
    g = a['gender']
    a.update(clothes=rng.choice(CLOTHES_F if g=='f' else CLOTHES_M), ccol=rng.choice(CLOTH_COLS), pattern=rng.choices(['plain','striped','dotted'],[84,10,6])[0],
             expr=rng.choices(EXPR,[38,16,18,8,12,8])[0], scene=rng.choices(SCENES,[1]*12+[2.6])[0], bcol=rng.choice(BACK_COLS),
             frame=rng.choices(['portrait','bust','half'],[28,44,28])[0], turn=rng.choices([-1,0,1],[27,46,27])[0],
             tilt=rng.uniform(-9,9), product=rng.choices(['none']+PRODUCTS,[6]+[1.15]*7)[0], pcol=rng.choice(PROD_COLS),
             pose='none', side=rng.choice([-1,1]), seed=rng.randrange(1<<30))
    if a['clothes']=='blazer' and a['ccol']=='white' : a['ccol']='navy'
    if a['product']!='none': a['pose']='hold'
    else: a['pose']=rng.choices(['none','wave','hip'],[5,2.2,1.6 if a['frame']=='half' else 0])[0]
    return a

def random_attrs(rng, p_char=.33):
    a = character(rng.choice(list(CHARS)), rng) if rng.random()<p_char else base_attrs(rng)
    return add_scene(a, rng)

CAST_SCENES = dict(plain=4, beach=1.5, sunset=1.5, mountains=1.2, snow=1.2, garden=1, city=1, studio=1, forest=1, cafe=.5)
CAST_EXPR = dict(smiling=6, neutral=2.5, laughing=1.5)
CAST_PRODUCTS = dict(none=6, cup=1.2, handbag=1, book=1, bottle=.8, flowers=.8, phone=.5)

def cast_attrs(rng):
    """A narrower world: named characters, near and mostly from the front, in scenes of large shapes. A small network that is
    trained mostly on it paints the people whom campaigns ask for much sooner than one that is trained on everything at once."""
    pick = lambda table: rng.choices(list(table), list(table.values()))[0]
    a = add_scene(character(rng.choice(list(CHARS)), rng), rng)
    a.update(scene=pick(CAST_SCENES), expr=pick(CAST_EXPR), frame=pick(dict(portrait=4, bust=6)), turn=pick({-1: 1, 0: 6, 1: 1}),
             tilt=rng.uniform(-4, 4), product=pick(CAST_PRODUCTS), pattern=pick(dict(plain=9, striped=1)))
    a['pose'] = 'hold' if a['product'] != 'none' else pick(dict(none=5, wave=2))
    return a

# ------------------------------------------------------------------ captions
def caption(a, rng, keep=None):
    k = (lambda p: True) if keep else (lambda p: rng.random()<p)
    g, ch = a['gender'], rng.choice
    noun = ch(['woman','woman','girl','young woman','lady','female influencer']) if g=='f' else ch(['man','man','guy','young man','male influencer'])
    pre = ch(['photo of ','a photo of ','portrait of ','picture of ','illustration of ','an illustration of ','image of ','',''])
    if a['frame']=='portrait' and k(.8): pre = ch(['close-up portrait of ','close-up of ','closeup photo of ','close-up photo of ','headshot of '])
    if a['frame']=='half' and k(.7): pre = ch(['half body photo of ','half body shot of ','half-body portrait of ','medium shot of '])
    hs = dict([('long straight',['long {} hair','long straight {} hair','straight long {} hair']),('long wavy',['long wavy {} hair','wavy {} hair','long {} wavy hair']),
               ('bob',['a {} bob','short {} bob hair','a {} bob haircut']),('ponytail',['a {} ponytail','{} hair in a ponytail']),('bun',['a {} bun','{} hair in a bun','{} hair tied in a bun']),
               ('curly',['curly {} hair','{} curly hair','{} curls']),('braids',['{} braids','braided {} hair']),('pixie',['a {} pixie cut','short {} hair']),
               ('short',['short {} hair']),('quiff',['a {} quiff','{} hair in a quiff']),('buzz cut',['a {} buzz cut']),('man bun',['a {} man bun','{} hair in a man bun'])])[a['style']]
    hair = ch(hs).format(a['hair'])
    if a['fringe']=='bangs' and k(.6): hair += ch([' with bangs',' and bangs'])
    at = []
    named = a['name'] is not None
    pa = .35 if named else .85
    if k(pa): at.append(hair)
    if k(pa*.7) and a['glasses']!='sunglasses': at.append(a['eyes']+' eyes')
    if k(pa*.6): at.append({'pale':'pale skin','light':'light skin','tan':'tan skin','brown':'brown skin','dark':'dark skin'}[a['skin']])
    if a['freckles'] and k(.75): at.append('freckles')
    if a['beard']!='none' and k(.85): at.append({'stubble':'stubble','full beard':ch(['a beard','a full beard']),'moustache':ch(['a moustache','a mustache'])}[a['beard']])
    if a['glasses']!='none' and k(.9 if not named else .5): at.append({'round':'round glasses','square':ch(['square glasses','glasses']),'sunglasses':'sunglasses'}[a['glasses']])
    if a['lips'] in ('red','pink') and k(.5): at.append(a['lips']+' lipstick')
    if a['earrings'] and k(.5): at.append('earrings')
    rng.shuffle(at)
    cl = (a['pattern']+' ' if a['pattern']!='plain' and k(.9) else '') + (a['clothes'])
    cl = ch(['{c} {x}','{c} {x}','{x} in {c}'] if a['pattern']=='plain' and rng.random()<.3 else ['{c} {x}']).format(c=a['ccol'],x=cl)
    art = 'an ' if cl[0] in 'aeiou' else 'a '
    prod = a['product']; pr=None
    if prod!='none':
        pw = {'cup':ch(['cup','cup','coffee cup','cup of coffee']),'bottle':ch(['bottle','bottle','water bottle']),'phone':ch(['phone','smartphone']),'handbag':ch(['handbag','handbag','bag']),
              'book':'book','perfume':ch(['perfume bottle','perfume','bottle of perfume']),'flowers':ch(['flowers','bouquet','bouquet of flowers'])}[prod]
        if pw=='cup of coffee': pr = 'a %s cup of coffee'%a['pcol']
        elif pw=='flowers': pr = '%s flowers'%a['pcol']
        elif pw=='bouquet of flowers': pr='a bouquet of %s flowers'%a['pcol']
        elif pw=='bottle of perfume': pr='a %s bottle of perfume'%a['pcol']
        else: pr = ('an ' if a['pcol'][0] in 'aeiou' else 'a ')+a['pcol']+' '+pw
    ex = {'smiling':['smiling','with a smile','happy'],'laughing':['laughing','big smile','laughing happily'],'neutral':['neutral expression','calm expression'],'pouting':['pouting','pouting lips'],
          'serious':['serious','serious expression'],'surprised':['surprised','surprised expression']}[a['expr']]
    s = a['scene']
    sc = {'beach':['at the beach','on the beach','on a sunny beach'],'city':['in the city','on a city street','in a city'],'night city':['in the city at night','in a night city','at night in the city'],
          'cafe':['in a cafe','in a coffee shop','at a cafe'],'studio':['in a studio','in a photo studio','studio lighting'],'forest':['in a forest','in the forest','in the woods'],
          'bedroom':['in a bedroom','in her bedroom' if g=='f' else 'in his bedroom','in a cozy bedroom'],'sunset':['at sunset','during sunset','sunset in the background'],
          'mountains':['in the mountains','mountains in the background'],'garden':['in a garden','in a flower garden','in the garden'],'library':['in a library','bookshelf background'],
          'snow':['in the snow','in a snowy landscape','winter snow'],'plain':['on a %s background'%a['bcol'],'%s background'%a['bcol'],'plain %s background'%a['bcol'],'in front of a %s wall'%a['bcol']]}[s]
    bits = []
    if k(.85): bits.append(('wear', ch(['wearing ','wearing ','in ','dressed in '])+art+cl))
    if pr and k(.93): bits.append(('prod', ch(['holding ','holding ','with ','showing ','holding up '])+pr))
    if k(.6): bits.append(('expr', ch(ex)))
    if k(.88): bits.append(('scene', ch(sc)))
    if a['turn']!=0 and k(.55): bits.append(('turn', ch(['looking to the %s','turned to the %s','facing %s']) % ('left' if a['turn']<0 else 'right')))
    if a['turn']==0 and k(.25): bits.append(('turn', ch(['looking at the camera','facing the camera','front view'])))
    if a['pose']=='wave' and k(.85): bits.append(('pose', ch(['waving','waving hand','hand raised','waving at the camera'])))
    if a['pose']=='hip' and k(.85): bits.append(('pose', ch(['hand on hip','with a hand on the hip'])))
    if not keep and rng.random()<.4: rng.shuffle(bits)
    q = ch(['high quality','best quality','detailed','highly detailed','masterpiece','4k','8k','sharp focus','soft light','influencer','instagram photo','flat illustration','vector art','cinematic lighting','professional photo','realistic'])
    if named: subj = a['name'] if rng.random()<.5 else a['name']+ch([', a ',' a '])+noun
    elif not keep and rng.random()<.15:                               # unknown names / trigger words must be harmless
        subj = rng.choice(['emma','sofia','alex','olivia','sks','ohwx','anna','lucas','influencer','trigger','mybrand','maria','tom'])  if rng.random()<.4 else ''.join(rng.choice('bcdfghklmnprstvwxz')+rng.choice('aeiou') for _ in range(rng.choice([2,2,3])))
        subj += rng.choice([', a ',' a ',', '])+noun
    else: subj = 'a '+noun
    if not keep and rng.random()<.28:                                 # comma tag style
        tags = [subj.replace('a ','',1) if not named else subj]+at+[b[1].replace('wearing a','').replace('holding a','').strip() if rng.random()<.5 else b[1] for b in bits]
        if rng.random()<.4: head,rest=tags[0],tags[1:]; rng.shuffle(rest); tags=[head]+rest
        t = pre+', '.join(tags)
    else:
        t = pre+subj
        if at: t += ch([' with ',' with ',', '])+ (', '.join(at) if rng.random()<.6 or len(at)<2 else ', '.join(at[:-1])+' and '+at[-1])
        for i,b in enumerate(bits): t += (', ' if rng.random()<.7 or (at and i==0) else ' ')+b[1]
    if not keep and rng.random()<.22:
        t = t+', '+q if rng.random()<.7 else q+', '+t
    return t

# ------------------------------------------------------------------ drawing helpers
def mix(a,b,t): return tuple(a[i]+(b[i]-a[i])*t for i in range(3))
def dk(c,t): return mix(c,(58,24,74),t)
def lt(c,t): return mix(c,(255,248,232),t)
def C(c,al=1.): return skia.Color(int(min(255,max(0,c[0]))),int(min(255,max(0,c[1]))),int(min(255,max(0,c[2]))),int(al*255))
def path(*seg, close=True):
    """path((x,y), (x,y)|[line], (6 numbers)|[cubic], (4 numbers)|[quad] ...)"""
    p = skia.Path(); p.moveTo(*seg[0])
    for s in seg[1:]:
        if len(s)==2: p.lineTo(*s)
        elif len(s)==4: p.quadTo(*s)
        else: p.cubicTo(*s)
    if close: p.close()
    return p
def oval(x,y,rx,ry): p=skia.Path(); p.addOval(skia.Rect(x-rx,y-ry,x+rx,y+ry)); return p
def rrect(x,y,w,h,r): p=skia.Path(); p.addRoundRect(skia.Rect(x,y,x+w,y+h),r,r); return p

class Pen:
    def __init__(s, size, labels=True):
        s.rgba = np.zeros((size,size,4),np.uint8); s.surf = skia.Surface(s.rgba); s.c = s.surf.getCanvas()
        s.cs = [s.c]; s.lab = None
        if labels:
            s.lab = np.zeros((size,size,4),np.uint8); s.ls = skia.Surface(s.lab); s.l = s.ls.getCanvas(); s.l.clear(0xFF000000); s.cs.append(s.l)
        for c in s.cs: c.scale(size/128,size/128)
    def save(s):
        for c in s.cs: c.save()
    def restore(s):
        for c in s.cs: c.restore()
    def clip(s,p):
        for c in s.cs: c.clipPath(p, True)
    def move(s,x,y):
        for c in s.cs: c.translate(x,y)
    def scale(s,x,y=None):
        for c in s.cs: c.scale(x,x if y is None else y)
    def rot(s,d,x=0,y=0):
        for c in s.cs: c.rotate(d,x,y)
    def fill(s,p,col,lab=None,a=1.):
        k = skia.Paint(AntiAlias=True)
        if isinstance(col, skia.Shader): k.setShader(col)
        else: k.setColor(C(col,a))
        s.c.drawPath(p,k)
        if lab is not None and s.lab is not None: s._lab(p,lab)
    def _lab(s,p,lab,w=0):
        k = skia.Paint(AntiAlias=False); v=LABELS[lab]; k.setColor(skia.Color(v,v,v,255))
        if w: k.setStyle(skia.Paint.kStroke_Style); k.setStrokeWidth(w); k.setStrokeCap(skia.Paint.kRound_Cap); k.setStrokeJoin(skia.Paint.kRound_Join)
        s.l.drawPath(p,k)
    def line(s,p,col,w,lab=None,a=1.,cap=True):
        k = skia.Paint(AntiAlias=True); k.setStyle(skia.Paint.kStroke_Style); k.setStrokeWidth(w)
        if cap: k.setStrokeCap(skia.Paint.kRound_Cap); k.setStrokeJoin(skia.Paint.kRound_Join)
        if isinstance(col, skia.Shader): k.setShader(col)
        else: k.setColor(C(col,a))
        s.c.drawPath(p,k)
        if lab is not None and s.lab is not None: s._lab(p,lab,w)
    def dot(s,x,y,r,col,a=1.,lab=None): s.fill(oval(x,y,r,r),col,lab,a)
    def glow(s,x,y,r,col,a): s.fill(oval(x,y,r,r), radial(x,y,r,col,a,col,0))
def linear(x0,y0,c0,x1,y1,c1,a0=1.,a1=1.):
    return skia.GradientShader.MakeLinear([skia.Point(x0,y0),skia.Point(x1,y1)],[C(c0,a0),C(c1,a1)])
def radial(x,y,r,c0,a0,c1,a1): return skia.GradientShader.MakeRadial(skia.Point(x,y),r,[C(c0,a0),C(c1,a1)])

# ------------------------------------------------------------------ scenes (canvas units)
def scene(p, a, R):
    s=a['scene']; full=rrect(0,0,128,128,0); u=R.uniform
    bg=lambda c0,c1: p.fill(full,linear(0,0,c0,0,128,c1))
    if s=='plain':
        c=COL[a['bcol']]; c=lt(c,.18) if a['bcol'] not in('white','gray') else c
        p.fill(full,radial(64,52,96,lt(c,.30),1,dk(c,.10),1))
        if R.random()<.45: p.dot(64,58,u(42,50),lt(c,.42),.8)
    elif s=='studio':
        c=mix((120,124,136),(176,172,176),R.random()); p.fill(full,radial(64,50,90,lt(c,.5),1,dk(c,.42),1))
        p.fill(rrect(0,108,128,20,0),dk(c,.25),a=.25)
        x=R.choice([8,120]); d=1 if x<64 else -1
        p.line(path((x,40),(x,128),close=False),(50,50,60),2.2); p.fill(path((x-9*d,20),(x+9*d,14),(x+12*d,44),(x-4*d,46)),(56,56,66)); p.fill(path((x+9*d,14),(x+12*d,44),(x+15*d,46),(x+13*d,11)),(255,250,228))
        p.glow(x+13*d,30,30,(255,250,225),.55)
    elif s=='beach':
        bg((120,200,244),(214,240,250)); sx=u(14,114); p.glow(sx,20,26,(255,250,210),.9); p.dot(sx,20,8,(255,246,196))
        for _ in range(2): cloud(p,u(5,120),u(10,40),u(.7,1.2),(255,255,255),.8)
        h=u(56,64); p.fill(rrect(0,h,128,40,0),linear(0,h,(36,140,190),0,h+32,(96,210,214)))
        for i in range(3): y=h+6+i*7; p.line(path((u(-10,20),y),(40,y-2,64,y),(90,y+2,u(110,140),y),close=False),(235,250,250),1.1,a=.6)
        p.fill(path((0,h+28),(30,h+22,64,h+28),(98,h+34,128,h+26),(128,128),(0,128)),linear(0,h+24,(250,226,170),0,128,(232,194,130)))
        p.line(path((0,h+28),(30,h+22,64,h+28),(98,h+34,128,h+26),close=False),(255,255,255),1.8,a=.85)
        if R.random()<.6: palm(p,R.choice([6,122]),u(20,30))
    elif s=='city':
        bg((150,200,236),(238,232,222))
        if R.random()<.6: cloud(p,u(10,118),u(10,24),1,(255,255,255),.8)
        for L,(c,h0) in enumerate([((170,186,208),(24,56)),((124,144,176),(46,78))]):
            x=u(-12,0)
            while x<128:
                w=u(14,24); y=u(*h0); cc=mix(c,(206,160,140),u(0,.35)); p.fill(rrect(x,y,w,130,0),cc)
                for wx in np.arange(x+3,x+w-3,5):
                    for wy in np.arange(y+4,112,7.5): p.fill(rrect(wx,wy,2.6,3.8,0),lt(cc,.45) if L else lt(cc,.3))
                x+=w+u(0,3)
        p.fill(rrect(0,112,128,16,0),(112,114,126)); p.fill(rrect(0,110,128,3,0),(190,190,196))
    elif s=='night city':
        bg((22,24,62),(84,54,116)); p.dot(u(12,116),u(10,22),6,(250,244,214))
        for _ in range(9): p.dot(u(0,128),u(0,46),.6,(255,255,255),.8)
        for L,(c,h0) in enumerate([((46,44,92),(26,56)),((30,30,66),(48,80))]):
            x=u(-12,0)
            while x<128:
                w=u(14,24); y=u(*h0); p.fill(rrect(x,y,w,130,0),c)
                for wx in np.arange(x+3,x+w-3,5):
                    for wy in np.arange(y+4,126,7.5):
                        if R.random()<.6: p.fill(rrect(wx,wy,2.6,3.8,0),(255,214,110) if R.random()<.8 else (120,200,255))
                x+=w+u(0,3)
        for _ in range(6): p.dot(u(0,128),u(84,124),u(3,6),R.choice([(255,170,90),(255,96,140),(110,190,255)]),.5)
    elif s=='cafe':
        bg((206,164,124),(170,120,84)); p.fill(rrect(0,92,128,36,0),(112,72,50)); p.fill(rrect(0,90,128,4,0),(150,102,70))
        y=u(34,44); p.fill(rrect(0,y,128,3.4,0),(120,78,52))
        for x in range(4,128,13):
            c=R.choice([(240,232,220),(90,150,140),(214,110,84),(236,190,90)])
            if R.random()<.5: p.fill(rrect(x,y-9,7.5,9,1.5),c)
            else: p.fill(rrect(x+1,y-13,5.5,13,2),dk(c,.2))
        for x in (u(14,34),u(94,114)):
            p.line(path((x,0),(x,12),close=False),(60,44,40),1); p.glow(x,20,20,(255,230,150),.75); p.fill(path((x-8,19),(x-6,10,x,10),(x+6,10,x+8,19)),(60,52,52)); p.dot(x,19.5,2.8,(255,244,200))
        p.fill(rrect(2 if R.random()<.5 else 92,54,34,24,3),(58,60,58)); 
    elif s=='forest':
        bg((196,228,170),(92,150,92)); p.glow(u(30,98),12,50,(255,252,206),.85)
        for L,c in enumerate([(128,180,120),(74,134,84)]):
            for _ in range(5): x=u(0,128); p.fill(rrect(x-2-L,20,4+2*L,110,1),mix(c,(90,62,44),.55)); 
            for _ in range(9): p.dot(u(-4,132),u(-6,26-6*L),u(10,17),mix(c,(40,110,70),u(0,.4)),.95)
        for _ in range(12): p.dot(u(-4,132),u(112,132),u(8,14),mix((58,120,70),(96,160,80),R.random()))
    elif s=='bedroom':
        c=R.choice([(244,214,214),(214,220,240),(240,226,204),(220,232,222)]); p.fill(full,linear(0,0,lt(c,.25),0,128,dk(c,.08)))
        x=R.choice([4,88]); p.fill(rrect(x,10,36,48,2),(255,255,255)); p.fill(rrect(x+3,13,30,42,1),linear(0,13,(160,214,244),0,55,(226,244,250))); p.line(path((x+18,12),(x+18,56),close=False),(255,255,255),2)
        for d in (x-3,x+30): p.fill(path((d,6),(d+10,6),(d+8,40,d+11,66),(d-1,66)),lt(dk(c,.2),.1))
        ox=72 if x<40 else 4; p.fill(rrect(ox,20,44,24,2),(255,252,244)); p.fill(rrect(ox+3,23,38,18,1),dk(c,.22)); p.fill(path((ox+3,41),(ox+16,27),(ox+26,41)),dk(c,.42))
        p.fill(rrect(-6,78,140,60,10),dk(c,.28)); p.fill(rrect(-6,96,140,40,8),(252,248,244)); 
        for k in range(9): p.dot(6+k*14.5,4+3*math.sin(k*1.3),1.6,(255,226,140))
    elif s=='sunset':
        g=skia.GradientShader.MakeLinear([skia.Point(0,0),skia.Point(0,96)],[C((88,66,150)),C((226,96,136)),C((255,166,92)),C((255,222,140))]); p.fill(full,g)
        sx=u(20,108); p.glow(sx,66,44,(255,240,180),.8); p.dot(sx,66,15,(255,238,170))
        for _ in range(4): x,y=u(0,128),u(10,50); p.fill(rrect(x-20,y,u(26,46),3.4,1.7),(255,190,170),a=.5)
        p.fill(rrect(0,80,128,48,0),linear(0,80,(226,110,120),0,128,(84,56,120)))
        for i in range(6): w=u(8,24); p.fill(rrect(sx-w/2,83+i*6,w,1.8,.9),(255,226,160),a=.7)
        p.fill(path((0,80),(0,70),(24,62,44,80)),(96,56,116)); p.fill(path((128,80),(128,66),(100,64,84,80)),(96,56,116))
    elif s=='mountains':
        bg((132,190,238),(226,240,248)); cloud(p,u(10,118),u(10,22),1,(255,255,255),.85)
        for x,h,w,c in [(u(10,30),u(22,32),50,(126,144,180)),(u(98,118),u(22,32),50,(126,144,180)),(u(50,80),u(30,44),46,(108,126,166))]:
            p.fill(path((x-w,104),(x,h),(x+w,104)),c); p.fill(path((x-12,h+20*104/118),(x,h),(x+12,h+18),(x+5,h+14),(x,h+20),(x-5,h+13)),(250,252,255)); p.fill(path((x,h),(x+w,104),(x+8,104)),dk(c,.25),a=.35)
        p.fill(path((0,92),(34,76,66,90),(98,102,128,84),(128,128),(0,128)),(110,170,96)); p.fill(path((0,108),(50,98,128,110),(128,128),(0,128)),(80,142,80))
    elif s=='garden':
        bg((170,222,246),(232,246,226))
        for _ in range(11): p.dot(u(-4,132),u(48,70),u(10,16),mix((88,160,80),(130,190,96),R.random()))
        p.fill(rrect(0,64,128,64,0),(96,164,84))
        for _ in range(34):
            x,y=u(0,128),u(44,126); c=R.choice([(240,110,150),(255,214,80),(250,250,250),(214,70,90),(168,120,220)]); r=u(2,3.6)
            p.dot(x,y,r,c); p.dot(x,y,r*.4,(255,236,150))
    elif s=='library':
        p.fill(full,(92,60,44))
        for y in range(-6,128,28):
            x=1.
            while x<128:
                w=u(4,8); h=u(16,23); c=R.choice([(176,70,62),(60,100,130),(206,164,90),(76,124,92),(120,80,120),(226,210,180)]); p.fill(rrect(x,y+24-h,w-.6,h,.6),dk(c,.12)); p.fill(rrect(x+w*.25,y+28-h,w*.4,2,0),lt(c,.4)); x+=w
            p.fill(rrect(0,y+24,128,4,0),(134,90,62))
    elif s=='snow':
        bg((176,200,226),(240,246,252)); 
        for _ in range(6):
            x=u(0,128); h=u(34,60); w=u(10,15)
            for k in range(3): p.fill(path((x-w*(.6+.2*k),h+20+14*k),(x,h+10*k),(x+w*(.6+.2*k),h+20+14*k)),mix((72,118,118),(150,180,196),.35)); p.fill(path((x-4,h+7+12*k),(x,h+10*k),(x+4,h+7+12*k)),(250,252,255))
        p.fill(path((0,98),(40,88,80,100),(104,106,128,96),(128,128),(0,128)),(250,252,255))
        for _ in range(30): p.dot(u(0,128),u(0,128),u(.7,1.5),(255,255,255),.9)

def cloud(p,x,y,s,c,a):
    q=skia.Path()
    for dx,dy,r in ((-9,1,5),(-2,-3,7),(6,-1,6),(12,2,4)): q.addOval(skia.Rect(x+(dx-r)*s,y+(dy-r)*s,x+(dx+r)*s,y+(dy+r)*s))
    p.fill(q,c,a=a)
def palm(p,x,y):
    p.line(path((x,128),(x+6,80,x,y),close=False),(150,104,66),5)
    for d in (-150,-110,-60,-20,20,160):
        r=math.radians(d); ex,ey=x+34*math.cos(r),y+22*math.sin(r)+12
        p.fill(path((x,y),(x+18*math.cos(r),y+24*math.sin(r)-7,ex,ey),(x+14*math.cos(r),y+12*math.sin(r)+4,x,y)),mix((52,140,84),(90,176,92),abs(d)%3/3))

# ------------------------------------------------------------------ figure parts (figure units)
def face_path(shape, t, m):
    W,jw,jy,cw,cy = {'oval':(18.6,14.6,13,6,24.5),'round':(19.6,16.5,13,7,23),'square':(18.8,16.6,15,8.5,24),'heart':(19.2,13.4,12,4.4,25)}[shape]
    if m: jw+=1.2; cw+=2; cy+=1
    o=t*2.2
    return path((0,-23),(12,-23,W,-14,W,-1),(W,6,jw+1.4+o*.6,jy-3,jw+o*.7,jy),(jw-2.6+o,jy+6,cw+2+o,cy,0+o,cy),(-cw-2+o,cy,-jw+2.6+o,jy+6,-jw+o*.7,jy),(-jw-1.4+o*.6,jy-3,-W,6,-W,-1),(-W,-14,-12,-23,0,-23)), cy

def head_hair_paths(a, t, m):
    """front (fringe / cap) path over the forehead"""
    st,fr=a['style'],a['fringe']
    o=t*2.5
    top=[(-21.2,7),(-24,-14,-16,-29.5,0,-29.5),(16,-29.5,24,-14,21.2,7)]
    if st=='buzz cut': return path((-19.6,-1),(-21,-16,-13,-26,0,-26),(13,-26,21,-16,19.6,-1),(18.4,-2),(17,-13,9,-15.5,0+o,-15.5),(-9,-15.5,-17,-13,-18.4,-2))
    if st in('short','quiff','man bun') or (st=='curly' and m):
        if st=='quiff': return path((-20.3,3),(-22,-10,-20,-22,-13,-27),(-8,-35,10,-37,17,-30),(22,-24,21.6,-10,20.3,3),(18,0),(17.6,-8,15,-12,12,-13.5),(4+o,-17,-6+o,-17,-12,-12),(-16,-9,-17.4,-4,-18,1))
        if st=='man bun': return path((-20,2),(-22,-14,-14,-28,0,-28),(14,-28,22,-14,20,2),(18,-2),(16,-13,8,-17,o,-17),(-8,-17,-16,-13,-18,-2))
        s=a['side'] if st=='short' else 1
        q=[(-20.4,4),(-23,-13,-15,-30,0,-30),(15,-30,23,-13,20.4,4),(18,0),(17.5,-7,15,-10,13,-11),(4+o,-18,-4+o,-10,-14,-9),(-17,-8,-17.6,-3,-18,1)]
        return path(*q)
    if fr=='bangs': return path(*top,(18.2,7),(18.4,1,17.4,-3,16,-5),(9+o,-3.2,-9+o,-3.2,-16,-5),(-17.4,-3,-18.4,1,-18.2,7))
    if fr=='side':  return path(*top,(17.6,8),(18.4,-2,15,-9,-8+o,-20),(-11+o,-14,-17,-8,-17.8,7))
    if fr=='centre':return path(*top,(17.8,9),(18,-4,10,-10,0+o,-20),(-10,-10,-18,-4,-17.8,9))
    return path(*top,(18,6),(17,-8,10,-15,0+o,-15),(-10,-15,-17,-8,-18,6))

def draw(p, a, R, kp=None):
    g=a['gender']; m=g=='m'; t=a['turn']*R.uniform(.75,1.1)
    jit=lambda c,d=7: tuple(x+R.uniform(-d,d) for x in c)
    skin=jit(SKIN[a['skin']],4); sh=dk(mix(skin,(196,84,70),.25),.22); hl=lt(skin,.45)
    hair=jit(HAIR[a['hair']],6); hd=dk(hair,.36); hh=lt(hair,.34 if sum(hair)>150 else .2)
    cc=jit(COL[a['ccol']]); cd=dk(cc,.28); chl=lt(cc,.28)
    sw=34 if m else 28.5; nw=9.2 if m else 7; wst=25 if m else 19; hip=28 if m else 26
    st=a['style']; kind=a['clothes']; tilt=a['tilt']
    stroke=lambda *s: path(*s,close=False)
    # ---------------- back hair
    p.save(); p.rot(tilt,0,26)
    if st=='long straight': q=path((0,-29),(18,-29,25,-14,24.5,8),(25,30,28,44,26,62),(12,66,-12,66,-26,62),(-28,44,-25,30,-24.5,8),(-25,-14,-18,-29,0,-29))
    elif st=='long wavy': q=path((0,-30),(19,-30,26,-14,25,4),(24,14,33,20,29,32),(26,40,36,48,29,62),(14,68,-14,68,-29,62),(-36,48,-26,40,-29,32),(-33,20,-24,14,-25,4),(-26,-14,-19,-30,0,-30))
    elif st=='bob': q=path((0,-29.5),(20,-29.5,27,-12,26,6),(28,16,27,24,22,29),(10,32,-10,32,-22,29),(-27,24,-28,16,-26,6),(-27,-12,-20,-29.5,0,-29.5))
    elif st=='ponytail':
        d=-1 if t>0 else (1 if t<0 else a['side']); q=path((d*10,-24),(d*34,-30,d*38,-6,d*33,14),(d*38,30,d*30,44,d*20,48),(d*26,34,d*20,20,d*22,6),(d*24,-8,d*16,-14,d*8,-14))
    elif st in('bun','man bun'): r=11.5 if st=='bun' else 8; q=oval(0,-33 if st=='bun' else -30,r,r*.92)
    elif st=='curly':
        q=skia.Path(); n=13 if not m else 10; rad=25 if not m else 21
        for i in range(n):
            th=math.radians(200-i*220/(n-1)) if not m else math.radians(185-i*190/(n-1)); rr=R.uniform(9,11.5) if not m else R.uniform(6.5,8.5)
            cx,cy=rad*math.cos(th),-4-(rad-1)*math.sin(th); q.addOval(skia.Rect(cx-rr,cy-rr,cx+rr,cy+rr))
        if not m:
            for s in(-1,1): q.addOval(skia.Rect(s*24-10,8,s*24+10,28))
        q.addOval(skia.Rect(-22,-28,22,12))
    elif st=='braids': q=path((0,-29),(18,-29,24,-14,22,8),(20,18),(-20,18),(-22,8),(-24,-14,-18,-29,0,-29))
    elif st=='pixie': q=path((0,-29),(18,-29,24,-12,22,4),(22,12,18,18,14,20),(-14,20),(-18,18,-22,12,-22,4),(-24,-12,-18,-29,0,-29))
    else: q=path((0,-28),(18,-28,22,-12,20.5,6),(18,16),(-18,16),(-20.5,6),(-22,-12,-18,-28,0,-28))
    p.fill(q,linear(0,-30,dk(hair,.16),0,60,hd),'hair')
    if st=='bun':
        p.line(stroke((-6,-38),(1,-43,7,-36)),hh,1.6,a=.7); p.line(stroke((-8,-31),(0,-36,8,-30)),hd,1.2,a=.6)
    if st=='ponytail': p.line(stroke((d*14,-20),(d*30,-18,d*28,10),(d*27,26,d*27,36)),hh,1.6,a=.55); p.line(stroke((d*18,-14),(d*26,-4,d*25,14)),hd,1.2,a=.6)
    if st in('long straight','long wavy'):
        for x in (-21,-16,16,21): p.line(stroke((x*.9,12),(x*1.05,36,x*1.12,58)),hd,1.1,a=.6)
    if st=='curly':
        for i in range(9): th=math.radians(R.uniform(-20,200)); x,y=rad*math.cos(th),-4-rad*math.sin(th); p.line(stroke((x-3,y),(x,y-5,x+3,y-1)),hh,1.3,a=.5)
    p.restore()
    # ---------------- arms behind the torso (hand on hip / hanging)
    long_sl = kind in('shirt','hoodie','blazer','sweater'); tee = kind=='t-shirt'
    aw=11.5 if m else 9.4
    hold=a['pose'] in('hold','wave'); hs=a['side'] if not t else (1 if t>0 else -1)*(1 if R.random()<.8 else -1); a['_hs']=hs
    def arm(s,el,ha,front=False):
        S=(s*(sw-5.2),48)
        q=stroke(S,el,ha); fore=stroke(el,ha)
        if long_sl:
            p.line(q,mix(cc,cd,.25 if not front else .0),aw+2.6,'clothes'); 
            wx,wy=ha[0]*.82+el[0]*.18,ha[1]*.82+el[1]*.18
            p.line(stroke((ha[0]*.9+el[0]*.1,ha[1]*.9+el[1]*.1),(wx,wy)),cd,aw+2.6,'clothes',cap=False)
        else:
            p.line(q,skin,aw,'skin'); p.line(stroke((S[0]-s*1.5,S[1]+3),(el[0]-s*2.6,el[1]),(ha[0]-s*2,ha[1])),sh,2.2,a=.3)
            if tee: p.line(stroke(S,(S[0]*.45+el[0]*.55,S[1]*.45+el[1]*.55)),mix(cc,cd,.15),aw+4,'clothes',cap=False); p.dot(S[0],S[1],(aw+4)/2,mix(cc,cd,.15),1,'clothes')
        return ha
    for s in(-1,1):
        if hold and s==hs: continue
        if a['pose']=='hip' and s==hs:
            arm(s,(s*(sw+15),74),(s*(wst+5),91)); p.dot(s*(wst+3),91,4.6,skin,1,'skin')
        else: arm(s,(s*(sw+1.5),82),(s*(sw-1),116))
    # ---------------- torso (skin), then clothes with a neckline
    tor=path((nw-1,30),(nw+3,37,sw-9,37,sw-3.5,43),(sw,47,sw-2,56,sw-5,64),(wst+1,80,wst,90,wst,94),(hip,110,hip+1,120,hip+1,134),(-hip-1,134),(-hip-1,120,-hip,110,-wst,94),(-wst,90,-wst-1,80,-sw+5,64),(-sw+2,56,-sw,47,-sw+3.5,43),(-sw+9,37,-nw-3,37,-nw+1,30))
    p.fill(tor,skin,'skin')
    if kind=='hoodie': p.fill(path((-17,38),(-24,26,-10,22,0,24),(10,22,24,26,17,38),(0,50)),dk(cc,.4),'clothes')
    neck=path((-nw,14),(nw,14),(nw,32),(nw+3,38,nw+1,40,0,46),(-nw-1,40,-nw-3,38,-nw,32)); p.fill(neck,skin,'skin')
    p.fill(path((-nw,14),(nw,14),(nw,28),(nw-3+t*3,36,0+t*3,35,-nw,28)),sh,a=.55)
    p.save(); p.clip(tor)
    big=[(sw+4,140),(-sw-4,140)]
    if kind in('t-shirt','hoodie','shirt','sweater','blazer'):
        ny=46 if kind in('t-shirt',) else 43
        if kind=='blazer': ny=44
        if kind=='sweater': ny=38
        q=path((-sw-4,30),(-nw-3.4,33),(-nw-1,ny+1,0+t,ny),(nw+1,ny+1,nw+3.4,33),(sw+4,30),*big) if kind!='shirt' else path((-sw-4,30),(-nw-2,34),(0+t,52),(nw+2,34),(sw+4,30),*big)
    elif kind=='tank top': q=path((-sw+8,30),(-sw+14,30),(-sw+14,52,-4+t,56,0+t,56),(4+t,56,sw-14,52,sw-14,30),(sw-8,30),(sw-8,56,sw,60,sw+4,62),*big,(-sw-4,62),(-sw,60,-sw+8,56,-sw+8,30))
    else: q=path((-sw-2,58),(-sw+8,52,-sw+13,49,-sw+14,47),(-6+t,53,-3+t,58,0+t,59),(3+t,58,6+t,53,sw-14,47),(sw-13,49,sw-8,52,sw+2,58),*big)
    if kind=='dress':
        for s in(-1,1): p.line(stroke((s*(sw-14.4),50),(s*(sw-16),36)),cc,2.4,'clothes')
    inner=(250,248,244) if a['ccol'] not in('white','beige') else (70,74,96)
    if kind=='blazer': p.save(); p.clip(q); p.fill(rrect(-14,28,28,112,0),inner,'clothes'); p.restore()
    else: p.fill(q,linear(-sw,40,lt(cc,.10),sw*.6,120,dk(cc,.16)),'clothes')
    p.save(); p.clip(q)
    if a['pattern']=='striped' and kind!='blazer':
        k=(250,246,240) if sum(cc)<560 else dk(cc,.5)
        for y in range(42,134,8): p.line(stroke((-60,y),(0,y+4,60,y)),k,2.6,a=.85)
    if a['pattern']=='dotted' and kind!='blazer':
        k=(252,248,242) if sum(cc)<560 else dk(cc,.5)
        for j,y in enumerate(range(42,134,8)):
            for x in range(-60+4*(j%2),60,8): p.dot(x,y,1.7,k,.9)
    if kind=='blazer':
        for s in(-1,1):
            p.fill(path((s*nw,30),(s*(sw+6),28),(s*(sw+6),140),(s*.0,140),(s*1,80),(s*(nw+3),36)),linear(-sw,40,lt(cc,.10),sw*.6,120,dk(cc,.14)),'clothes')
            p.fill(path((s*(nw+1),34),(s*(nw+9),40),(s*(nw+6.5),50),(s*(nw+10),53),(s*1,82),(s*(nw-1),44)),chl if sum(cc)<400 else dk(cc,.12),'clothes'); p.line(stroke((s*(nw+9),40),(s*(nw+6.5),50),(s*(nw+10),53),(s*1,82)),cd,.9,a=.8)
        p.dot(0,92,1.7,dk(cc,.5)); 
    # folds + side shading
    p.line(stroke((-sw+9,56),(-sw+11,74,-wst+2,96)),cd,1.5,a=.55); p.line(stroke((sw-9,56),(sw-11,74,wst-2,96)),cd,1.5,a=.55)
    p.line(stroke((-12,100),(-8,92,2,90)),cd,1.2,a=.4); p.line(stroke((13,108),(8,98,-1,98)),cd,1.2,a=.35)
    p.fill(rrect(sw*.35,30,40,110,0),linear(sw*.35,0,cd,sw+4,0,cd,0,.5)); 
    p.fill(path((-nw-8,34),(nw+8,34),(nw+4,46,t*2,50),(-nw-4,46,-nw-8,34)),dk(cc,.6),a=.16)
    p.restore(); p.restore()
    if kind=='t-shirt': p.line(stroke((-nw-3.4,34),(-nw-1,47,t,46.2),(nw+1,47,nw+3.4,34)),cd,2.2,a=.9)
    if kind=='hoodie':
        p.line(stroke((-nw-4,34),(-nw-1,45,t,44),(nw+1,45,nw+4,34)),chl,3.6,'clothes')
        for s in(-1,1): p.line(stroke((s*4.6,46),(s*5.6,56,s*5,64)),lt(cc,.75) if sum(cc)<600 else dk(cc,.4),1.5)
        p.line(stroke((-15,96),(-11,84),(11,84),(15,96)),cd,1.3,a=.8)
    if kind=='sweater':
        p.fill(path((-nw-1.6,27),(0,31,nw+1.6,27),(nw+3.4,38),(0,44,-nw-3.4,38)),lt(cc,.08),'clothes'); p.line(stroke((-nw-1.6,27.4),(0,31,nw+1.6,27.4)),chl,1.3); p.line(stroke((-nw-3,38),(0,43.6,nw+3,38)),cd,1.2,a=.7)
        for x in(-12,0,12): p.line(stroke((x,56),(x,130)),cd,1.1,a=.28)
    if kind=='shirt':
        for s in(-1,1): p.fill(path((s*(nw-1),31),(s*(nw+5),36),(s*(nw+2),48),(s*.6,52)),chl if sum(cc)<560 else lt(cc,.5),'clothes'); p.line(stroke((s*(nw+5),36),(s*(nw+2),48),(s*.6,52)),cd,.9,a=.8)
        p.line(stroke((0,53),(0,134)),cd,1.1,a=.7)
        for y in(60,72,84,96): p.dot(2.6,y,1.1,lt(cc,.8) if sum(cc)<560 else (150,150,160))
    if kind=='dress': p.line(stroke((-wst+.5,92),(0,97,wst-.5,92)),cd,2.6,a=.9)
    # ---------------- head
    p.save(); p.rot(tilt,0,26)
    f,cy=face_path(a['shape'],t,m)
    hairfront=head_hair_paths(a,t,m)
    for s in(-1,1):                                              # ears
        if st in('bob','long straight','long wavy') and not m: continue
        if t*s>.2: continue
        p.fill(oval(s*19+t*.6,5,3.4,5),mix(skin,sh,.25),'skin'); p.fill(oval(s*19.2+t*.6,5,1.7,3),sh,a=.5)
    p.fill(f,skin,'face')
    p.save(); p.clip(f)
    lx=-1 if t<=0 else 1
    p.fill(rrect(-30,-30,60,60,0),linear(-lx*8,0,sh,-lx*22,6,sh,0,.5))                     # side shadow
    p.fill(oval(lx*6+t*4,-6,13,10),radial(lx*6+t*4,-6,13,hl,.55,hl,0))                     # forehead light
    for s in(-1,1): x=s*11+t*4.5; p.fill(oval(x,12,6.6,5),radial(x,12,6,(240,96,96),.36 if not m else .18,(240,96,96),0))
    if a['beard'] in('stubble','full beard'):
        bc=hd if a['beard']=='full beard' else mix(skin,hd,.34); o=t*2.2; e=t*4.5
        b=path((-24,0),(-18.5,2),(-17+o,10,-12+e,12,-8+e,12.2),(-3+e,10.6,3+e,10.6,8+e,12.2),(12+e,12,17+o,10,18.5,2),(24,0),(24,34),(-24,34)); p.fill(b,bc,'face')
        if a['beard']=='full beard': p.line(stroke((-12+o,18),(0+o,26,12+o,18)),hh,1.2,a=.3)
    ho=skia.Path(hairfront); ho.offset(0,2.6); p.fill(ho,sh,a=.42)                          # hair shadow
    p.restore()
    if a['freckles']:
        for s in(-1,1):
            for dx,dy in((-3,0),(0,-1.4),(3,.2),(-1.4,2.2),(1.8,2.3)): p.dot(s*10.2+t*4.6+dx,9.6+dy,.62,dk(mix(skin,(180,90,50),.6),.15),.85)
    # eyes
    ex=EYES[a['eyes']]; lash=(46,28,30) if not m else (64,44,40); kps=[]
    wide=1.22 if a['expr']=='surprised' else (.84 if a['expr']=='laughing' else 1)
    for s in(-1,1):
        far=(s*t)>.2; x=s*8.5+t*4.4; y=3.2; w=4.9*(.82 if far else 1); h=(3.7 if not m else 3.1)*wide
        kps.append((x,y))
        e=path((x-w,y+.3),(x-w*.55,y-h*1.15,x+w*.55,y-h*1.15,x+w,y-.2*(1 if not m else 0)),(x+w*.5,y+h*.95,x-w*.5,y+h*.95,x-w,y+.3)) if s>0 else path((x+w,y+.3),(x+w*.55,y-h*1.15,x-w*.55,y-h*1.15,x-w,y-.2*(1 if not m else 0)),(x-w*.5,y+h*.95,x+w*.5,y+h*.95,x+w,y+.3))
        p.fill(e,(253,251,248),'eyes'); p.save(); p.clip(e)
        ix=x+t*.9; iy=y-.25; p.dot(ix,iy,3.25,dk(ex,.35)); p.dot(ix,iy+.2,2.7,ex); p.fill(oval(ix,iy+1.5,2,1.2),lt(ex,.45),a=.8); p.dot(ix,iy,1.45,(26,20,24)); p.dot(ix+1.1,iy-1.2,.95,(255,255,255))
        p.line(stroke((x-w,y-h*.5),(x,y-h*1.15,x+w,y-h*.5)),(60,40,60),1.6,a=.25); p.restore()
        up=stroke((x-s*w*1.02,y+.3),(x-s*w*.55,y-h*1.17,x+s*w*.55,y-h*1.17,x+s*w*(1.16 if not m else 1),y-(1.0 if not m else .2))); p.line(up,lash,1.75 if not m else 1.3)
        if not m: p.line(stroke((x+s*w*.9,y-.9),(x+s*w*1.36,y-2.3)),lash,1.1)
        p.line(stroke((x-w*.7,y+h*.62),(x,y+h*.95,x+w*.7,y+h*.55)),lash,.6,a=.45)
        bw=1.9 if not m else 2.7; by=y-8+(-1.6 if a['expr']=='surprised' else 0)+(1. if m else 0); bs=1.5 if a['expr']=='serious' else 0
        bc=dk(hair,.4) if a['hair'] not in('platinum blonde','blonde','pink','blue','purple') else dk(mix(hair,(120,80,60),.5),.2)
        p.line(stroke((x-s*w*.95,by+1.3+bs),(x,by-1.4+bs*.3,x+s*w*1.18,by+.9-bs*.4)),bc,bw)
    # nose, mouth
    nx=t*6.4; ny=10.4; p.line(stroke((nx+(.8 if t>=0 else -.8),3),(nx+(2.6 if t>=0 else -2.6),8,nx+(1.6 if t>=0 else -1.6),ny+.6),(nx,ny+1.5,nx-(1.7 if t>=0 else -1.7),ny+.5)),mix(sh,skin,.1),1.25); p.dot(nx-.4,ny-1.9,1.1,hl,.8)
    mx=t*5; my=16.6+(.6 if m else 0); lip=LIPS[a['lips']] if a['lips']!='natural' else mix(LIPS['natural'],dk(skin,.35),.42 if not m else .62); e=a['expr']; ld=dk(lip,.35)
    mw={'smiling':5.6,'laughing':6.4,'neutral':4.4,'pouting':3.2,'serious':4.6,'surprised':2.6}[e]*(1 if not t else .93)
    if e=='laughing':
        q=path((mx-mw,my-1.4),(mx-mw*.4,my-.3,mx+mw*.4,my-.3,mx+mw,my-1.4),(mx+mw*.72,my+5.4,mx-mw*.72,my+5.4,mx-mw,my-1.4)); p.fill(q,(128,36,48),'face'); p.save(); p.clip(q); p.fill(rrect(mx-7,my-3,14,4.3,0),(255,253,250)); p.dot(mx,my+5,2.6,(232,110,116)); p.restore(); p.line(q,lip,1.3)
    elif e=='smiling':
        q=path((mx-mw,my-1.2),(mx-2.2,my-1.1,mx-1,my-1.3,mx,my-.7),(mx+1,my-1.3,mx+2.2,my-1.1,mx+mw,my-1.2),(mx+mw*.55,my+3.7,mx-mw*.55,my+3.7,mx-mw,my-1.2)); p.fill(q,lip); p.line(stroke((mx-mw-.4,my-1.6),(mx-mw*.5,my+1.5,mx+mw*.5,my+1.5,mx+mw+.4,my-1.6)),ld,1.05); p.fill(oval(mx,my+1.9,1.9,.6),lt(lip,.6),a=.6)
    elif e=='surprised': p.fill(oval(mx,my+.8,2.8,3.4),lip); p.fill(oval(mx,my+.9,1.7,2.3),(110,30,44))
    else:
        f2=1.25 if e=='pouting' else (.8 if m else 1); q=path((mx-mw,my),(mx-2,my-2.1*f2,mx-1,my-1.9*f2,mx,my-1.2*f2),(mx+1,my-1.9*f2,mx+2,my-2.1*f2,mx+mw,my),(mx+mw*.5,my+2.9*f2,mx-mw*.5,my+2.9*f2,mx-mw,my)); p.fill(q,lip); b=.7 if e!='serious' else -.5
        p.line(stroke((mx-mw,my),(mx,my+b,mx+mw,my)),ld,.95); p.fill(oval(mx,my+1.5,1.6,.55),lt(lip,.6),a=.6)
    if a['beard'] in('moustache','full beard'): p.fill(path((mx-7.6,my-.6),(mx-4,my-4.6,mx-1,my-4.2,mx,my-3.4),(mx+1,my-4.2,mx+4,my-4.6,mx+7.6,my-.6),(mx+4,my-1.6,mx-4,my-1.6,mx-7.6,my-.6)),hd,'face')
    # glasses
    if a['glasses']!='none':
        gc=(40,36,44)
        for s in(-1,1):
            far=(s*t)>.2; x=s*8.9+t*4.4; w=6.9*(.86 if far else 1); q=oval(x,4,w,6.7) if a['glasses']=='round' else rrect(x-w,-1.6,2*w,11,3.4)
            if a['glasses']=='sunglasses': p.fill(q,linear(0,-2,(30,28,40),0,11,(96,80,104)),'eyes'); p.line(stroke((x-3,1),(x-1,-.4)),(255,255,255),1.1,a=.6)
            else: p.fill(q,(255,255,255),a=.13)
            p.line(q,gc,1.35); p.line(stroke((x+s*w,2.6),(s*20,1.8)),gc,1.2)
        p.line(stroke((-2.2+t*4.4,3),(t*4.8,1.4,2.2+t*4.4,3)),gc,1.3)
    # front hair
    if st=='curly':
        if m:
            q=skia.Path()
            for i in range(8): x=-19+i*5.4; y=-14-9*math.cos((x)/16); q.addOval(skia.Rect(x-6,y-5.4,x+6,y+6.4))
            q.addOval(skia.Rect(-17,-29,17,-15))
            for s in(-1,1): q.addOval(skia.Rect(s*19-3.4,-14,s*19+3.4,2))
        else:
            q=skia.Path()
            for i in range(7): x=-18+i*6; y=-16-5*math.cos(x/14); q.addOval(skia.Rect(x-6.4,y-6,x+6.4,y+6))
            for s in(-1,1):
                for y in(-8,2,11): q.addOval(skia.Rect(s*20-4.6,y-6,s*20+4.6,y+6))
            q.addOval(skia.Rect(-19,-30,19,-16))
        p.fill(q,linear(0,-30,hair,0,14,mix(hair,hd,.4)),'hair')
        for i in range(8): x=R.uniform(-15,15); y=-20-5*math.cos(x/14)+R.uniform(-3,4); p.line(stroke((x-2.6,y+1),(x,y-3.2,x+2.6,y+.6)),hh,1.2,a=.6)
    elif st=='buzz cut': p.fill(hairfront,mix(skin,hair,.82),'hair')
    else:
        p.fill(hairfront,linear(0,-30,lt(hair,.06),0,10,mix(hair,hd,.35)),'hair')
        p.save(); p.clip(hairfront)
        p.line(stroke((-19,-12),(-15,-23,-4,-25.5)),hh,3,a=.7); p.line(stroke((5,-25),(14,-22,17,-14)),hh,2,a=.42)
        if a['fringe']=='bangs' and not m:
            for x in(-11,-5.5,0,5.5,11): p.line(stroke((x*.8,-18),(x,-10,x*1.03,-3)),hd,.9,a=.5)
        elif a['fringe']=='side' and not m: p.line(stroke((-8,-22),(8,-18,18,0)),hd,1,a=.55); p.line(stroke((-6,-26),(14,-20,20,2)),hd,1,a=.45)
        elif a['fringe']=='centre' and not m: p.line(stroke((t*2.5,-29),(t*2.5,-19)),hd,1,a=.6); p.line(stroke((2,-23),(15,-14,18.5,6)),hd,.9,a=.45); p.line(stroke((-2,-23),(-15,-14,-18.5,6)),hd,.9,a=.45)
        elif st in('short','quiff'): p.line(stroke((-10,-13),(-4,-22,10,-26)),hd,1,a=.5); p.line(stroke((0,-15),(8,-20,17,-18)),hd,1,a=.45)
        p.restore()
    if st=='pixie': p.line(stroke((-14,-18),(0,-12,15,-8)),hd,1,a=.5)
    # front locks
    if st in('long straight','long wavy'):
        for s in(-1,1):
            if st=='long straight': q=path((s*21.3,2),(s*17.6,4),(s*18.4,24,s*14,40,s*15,58),(s*20,61,s*25,60,s*26,58),(s*28,40,s*24,20,s*22.4,2))
            else: q=path((s*21.4,0),(s*17.6,4),(s*15,16,s*22,24,s*18,34),(s*14,44,s*22,50,s*17,60),(s*22,64,s*28,63,s*29,60),(s*36,48,s*26,40,s*29,32),(s*32,20,s*24,12,s*23,0))
            p.fill(q,linear(0,0,mix(hair,hd,.2),0,60,mix(hair,hd,.45)),'hair'); p.line(stroke((s*20.5,10),(s*22,30,s*20.5,52)),hh,1.5,a=.5)
    if st=='bob':
        for s in(-1,1): p.fill(path((s*21.3,0),(s*17.6,4),(s*18.6,14,s*15.6,22,s*14,27),(s*20,30,s*25,26,s*26,20),(s*27.4,12,s*25,4,s*23.6,0)),linear(0,0,mix(hair,hd,.18),0,28,mix(hair,hd,.4)),'hair'); p.line(stroke((s*21.4,6),(s*22.6,16,s*20,25)),hh,1.4,a=.5)
    if st=='braids':
        for s in(-1,1):
            for i in range(6): y=16+i*7.4; x=s*(21+ .6*i+(.9 if i%2 else -.9)); p.fill(oval(x,y,5-.22*i,5),mix(hair,hd,.12+.2*(i%2)),'hair'); p.line(stroke((x-2.4,y-1.6),(x,y+1,x+2.4,y-1.6)),hh,.9,a=.6)
            p.dot(s*24.6,60,2.4,cc if a['ccol']!='black' else (230,90,110)); p.fill(path((s*24.6,60),(s*21,68),(s*28,68)),hd,'hair')
    if a['earrings']:
        for s in(-1,1):
            if t*s>.2: continue
            p.line(oval(s*20.2+t*.6,13.4,2.6,3.2),(246,196,72),1.3)
    if kp is not None:
        M=p.c.getTotalMatrix(); pts=kps+[(nx,ny),(mx-mw,my),(mx+mw,my)]
        kp['keypoints']=[(v.x(),v.y()) for v in (M.mapXY(*q) for q in pts)]  # canvas units (x size/128)
        b=M.mapRect(f.getBounds()); kp['face_box']=[b.left(),b.top(),b.right(),b.bottom()]
    p.restore()
    # ---------------- raised arm with product or waving hand
    if hold:
        s=hs; fr=a['frame']
        if a['pose']=='wave':
            hx,hy={'portrait':(s*33,26),'bust':(s*40,26),'half':(s*45,22)}[fr]; el=(s*(sw+ (10 if fr!='half' else 16)),74)
            arm(s,el,(hx,hy+8),True); hand_open(p,hx,hy,s,skin,sh)
        else:
            hx,hy={'portrait':(s*27,36),'bust':(s*29,51),'half':(s*31,62)}[fr]; sc={'portrait':.95,'bust':1.12,'half':1.28}[fr]
            bagdy=0
            if a['product']=='handbag': hy={'portrait':28,'bust':36,'half':56}[fr]; hx={'portrait':s*29,'bust':s*33,'half':s*37}[fr]
            if a['product']=='flowers': hy+=4
            el=(s*(sw+9),hy+26 if fr!='half' else 90)
            arm(s,el,(hx+s*1.5,hy+4),True)
            p.save(); p.move(hx,hy); p.scale(sc); p.rot(s*R.uniform(-3,9)); product(p,a,R,s,skin,sh,jit(COL[a['pcol']])); p.restore()

def hand_open(p,x,y,s,skin,sh):
    for i,(dx,dy) in enumerate(((-5,-9),(-1.7,-11.6),(1.8,-11.2),(5,-8.4))): p.line(path((x+dx*.75,y-1),(x+dx,y+dy),close=False),skin,3.5,'skin')
    p.line(path((x-s*4,y+3),(x-s*9.4,y-2.4),close=False),skin,3.5,'skin'); p.fill(rrect(x-6.2,y-5,12.4,12.5,5),skin,'skin')
    for dx in(-2.6,.3,3): p.line(path((x+dx,y-3),(x+dx*1.15,y-7.5),close=False),sh,.7,a=.6)
    p.line(path((x-4,y+2.5),(x,y+.4,x+4,y+2),close=False),sh,.9,a=.6)

def fingers(p,s,skin,sh,w=8,y0=-3,n=4,dy=3.3):
    """fingers wrapped over the product: rounded strokes coming from the outer side"""
    for i in range(n):
        y=y0+i*dy; p.line(path((s*w,y+.6),(-s*(w*.15),y),close=False),sh,3.7,'skin'); p.line(path((s*w,y+.3),(-s*(w*.15)+s*.3,y-.3),close=False),skin,3.1,'skin')

def product(p,a,R,s,skin,sh,c):
    """drawn at the hand: origin = grip centre, y up is negative"""
    k=a['product']; d=dk(c,.3); l=lt(c,.5); st=lambda *q: path(*q,close=False)
    if k=='cup':
        q=path((-7.4,-14),(7.4,-14),(5.6,9),(-5.6,9)); p.fill(q,linear(-7,0,lt(c,.15),7,0,dk(c,.2)),'product'); p.fill(rrect(-8.4,-17,16.8,3.8,1.6),lt((245,240,235),.0) if a['pcol']!='white' else (120,84,64),'product'); p.fill(rrect(-6.6,-19,13.2,2.6,1.2),(230,224,218) if a['pcol']!='white' else (96,66,50),'product'); p.line(st((-4.6,-11),(-3.4,6)),l,1.6,a=.7); p.dot(.6,-8.2,2.3,lt(c,.7),.9); fingers(p,s,skin,sh,7.2,-3)
    elif k=='bottle':
        q=path((-3,-20),(3,-20),(3,-17),(6.6,-14,6.6,-11,6.6,-8),(6.6,12),(6.6,14,5,14,4.4,14),(-4.4,14),(-6.6,14,-6.6,12,-6.6,12),(-6.6,-8),(-6.6,-11,-6.6,-14,-3,-17)); p.fill(q,linear(-7,0,lt(c,.2),7,0,dk(c,.25)),'product'); p.fill(rrect(-3.6,-24.4,7.2,5,1.2),(240,240,244) if a['pcol']!='white' else (70,74,90),'product'); p.fill(rrect(-6.6,-8.5,13.2,5.4,0),(250,248,244) if a['pcol']!='white' else (90,170,200),'product'); p.line(st((-4.2,-12),(-4.2,11)),l,1.4,a=.7); fingers(p,s,skin,sh,7,-1)
    elif k=='phone':
        p.fill(rrect(-6.4,-16,12.8,25,2.6),linear(-6,-16,lt(c,.12),6,9,dk(c,.18)),'product'); p.line(rrect(-6.4,-16,12.8,25,2.6),d,1); p.fill(rrect(-5,-14.4,5.2,5.2,1.6),dk(c,.5),'product'); p.dot(-3.6,-13,.9,(220,230,240)); p.dot(-1.4,-10.7,.9,(220,230,240)); p.line(st((4.4,-13),(4.4,5)),l,1,a=.6); fingers(p,s,skin,sh,7,-3)
    elif k=='handbag':
        p.line(st((-7,7),(-6,-6,0,-6),(6,-6,7,7)),d,2,'product'); q=path((-11,6),(11,6),(13,24),(13,26,11,26,11,26),(-11,26),(-13,26,-13,24,-13,24)); p.fill(q,linear(-11,6,lt(c,.16),11,26,dk(c,.2)),'product'); p.fill(path((-11,6),(11,6),(10,15,0,16),(-10,15,-11,6)),dk(c,.14),'product'); p.fill(rrect(-2,13.4,4,4,1),(248,206,92),'product'); p.line(st((-11,22.5),(11,22.5)),l,1,a=.5)
        for i in range(3): p.line(path((s*5-s*3.4*i,-8.6),(s*4.6-s*3.4*i,-3.4),close=False),sh,3.6,'skin'); p.line(path((s*5-s*3.4*i,-8.6),(s*4.6-s*3.4*i,-3.8),close=False),skin,3,'skin')
    elif k=='book':
        p.fill(rrect(-8.6,-15,18.6,25,1),(248,244,232),'product'); p.fill(rrect(-10,-16,18.4,25,1.4),linear(-9,-16,lt(c,.1),9,9,dk(c,.16)),'product'); p.fill(rrect(-10,-16,3.4,25,1.2),d,'product'); p.fill(rrect(-4,-11.6,9.4,2,1),l); p.fill(rrect(-4,-8.2,6.4,1.4,.7),l); p.fill(oval(.8,.0,3.2,3.2),l,a=.8); fingers(p,s,skin,sh,8.6,-1,3)
    elif k=='perfume':
        p.fill(rrect(-8,-9,16,19,2.8),linear(-8,-9,lt(c,.35),8,9,c),'product'); p.line(rrect(-8,-9,16,19,2.8),d,.9); p.fill(rrect(-5.6,-1.4,11.2,9,1.6),dk(c,.1),'product',.8); p.fill(rrect(-2.6,-13,5.2,4,0),(240,200,96),'product'); p.fill(rrect(-4.6,-19,9.2,6.4,1.6),(252,216,120),'product'); p.line(st((-5.4,-6),(-5.4,6)),(255,255,255),1.6,a=.75); p.fill(rrect(-1.6,-5.8,6.6,3,.8),(255,252,246),'product'); fingers(p,s,skin,sh,7.8,2,3)
    elif k=='flowers':
        g=(74,146,84); p.fill(path((-8,-6),(8,-6),(2.4,14),(-2.4,14)),(246,238,222),'product'); p.line(st((-5,-5),(-.6,12)),(214,200,180),.9); p.line(st((5,-5),(.6,12)),(214,200,180),.9)
        for x,y in((-9,-10),(9,-10),(0,-22),(-6,-18),(7,-18)): p.fill(oval(x,y,3,4.4),g,'product')
        for x,y,r in((-7,-11,4.4),(6.6,-11.4,4.4),(0,-8,4.4),(-3.6,-17,4.4),(4.2,-17.6,4.2),(0,-12.6,4)):
            p.dot(x,y,r,c,1,'product'); p.line(st((x-r*.5,y),(x,y-r*.7,x+r*.5,y)),lt(c,.4),1,a=.8); p.dot(x,y+.3,r*.33,d if a['pcol'] not in('white','yellow') else (240,170,60))
        fingers(p,s,skin,sh,5.6,2,3)

FRAMES=dict(portrait=(1.52,60),bust=(1.14,49),half=(.90,39))
TINT={'sunset':((255,130,60),.13),'night city':((60,50,150),.16),'cafe':((255,190,110),.07),'forest':((150,220,110),.05),'snow':((190,215,255),.06),'library':((255,190,110),.06)}
def render(a, size=128, labels=True):
    R=random.Random(a['seed']); p=Pen(size,labels); scene(p,a,R)
    sc,cy=FRAMES[a['frame']]; sc*=R.uniform(.95,1.05)
    off=0
    if a['pose'] in('hold','wave'): off=-1
    p.save(); out={}
    sd=a['side'] if not a['turn'] else a['turn']
    p.move(64+R.uniform(-4,4)+(-4*sd if off else 0), cy+R.uniform(-2.5,2.5)); p.scale(sc)
    draw(p,a,R,out if labels else None)
    p.restore()
    if a['scene'] in TINT: c,al=TINT[a['scene']]; p.fill(rrect(0,0,128,128,0),c,a=al)
    out['rgb']=p.rgba[...,:3] 
    if labels: out['labels']=p.lab[...,0]
    return out

def sheet(ims, cols, path_, pad=2):
    from PIL import Image
    h,w=ims[0].shape[:2]; rows=(len(ims)+cols-1)//cols; S=np.full((rows*(h+pad)+pad,cols*(w+pad)+pad,3),255,np.uint8)
    for i,im in enumerate(ims): y,x=divmod(i,cols); S[pad+y*(h+pad):pad+y*(h+pad)+h,pad+x*(w+pad):pad+x*(w+pad)+w]=im
    Image.fromarray(S).save(path_)

if __name__=='__main__':
    import time
    seed=int(sys.argv[1]) if len(sys.argv)>1 else 0; size=int(sys.argv[2]) if len(sys.argv)>2 else 128; n=int(sys.argv[3]) if len(sys.argv)>3 else 40
    rng=random.Random(seed); A=[random_attrs(rng) for _ in range(n)]
    t=time.time(); ims=[render(a,size)['rgb'][...,:3].copy() for a in A]; dt=time.time()-t
    print(f'{n/dt:.0f} img/s with labels')
    t=time.time(); [render(a,size,False) for a in A]; print(f'{n/(time.time()-t):.0f} img/s without labels')
    sheet(ims,8 if size<=160 else 5,f'data_{seed}_{size}.png')
    for a in A[:12]: print(caption(a,rng))
