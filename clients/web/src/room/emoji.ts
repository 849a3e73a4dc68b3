/** The picker's choice: groups of emoji, each with the words that find it, in English and Korean. */
export const EMOJI: readonly { group: 'often' | 'faces' | 'people' | 'nature' | 'things' | 'signs'; list: string }[] = [
  {
    group: 'often',
    list: '👍 thumbs up yes like 좋아요|❤️ heart love 하트 사랑|😂 joy laugh 웃음|🎉 party tada 축하|👀 eyes look 눈|🙏 thanks please 감사 부탁|✅ check done 완료|🔥 fire hot 불',
  },
  {
    group: 'faces',
    list: '😀 grin smile 웃음|😄 happy smile 기쁨|😅 sweat phew 땀|🤣 rofl laugh 폭소|😊 blush 미소|😇 angel 천사|🙂 slight smile 미소|😉 wink 윙크|😍 love eyes 반함|😘 kiss 뽀뽀|😋 yum 맛있다|😜 tongue joke 메롱|🤔 think hmm 생각|🤨 doubt 의심|😐 neutral 무표정|😏 smirk 흐뭇|🙄 eyeroll 한숨|😬 grimace 이런|😴 sleep 잠|😷 mask sick 마스크|🤒 fever sick 아픔|🤯 mind blown 놀람|😎 cool 멋짐|🥳 party 축하|😕 confused 갸우뚱|😮 oh surprise 놀람|😢 sad cry 슬픔|😭 sob cry 울음|😱 scream 비명|😤 huff 씩씩|😡 angry 화남|🤬 curse 욕|🥺 plead 애원|😳 flush 당황|🤗 hug 포옹|🤫 quiet 쉿|🤐 zip 입다물기|🥱 yawn 하품|🫠 melt 녹음|🤖 robot 로봇',
  },
  {
    group: 'people',
    list: '👎 thumbs down no 싫어요|👌 ok 오케이|✌️ peace 브이|🤞 luck 행운|👏 clap 박수|🙌 hooray 만세|🤝 deal handshake 악수|💪 strong 힘|👋 wave hello 안녕|✋ hand stop 손|🖐️ hand 손|👆 up 위|👇 down 아래|👉 right 오른쪽|👈 left 왼쪽|🤷 shrug 으쓱|🤦 facepalm 이마|🙋 raise hand 손들기|🙇 bow 절|💃 dance 춤|🏃 run 달리기|🧘 calm yoga 명상',
  },
  {
    group: 'nature',
    list: '🐶 dog 개|🐱 cat 고양이|🦊 fox 여우|🐻 bear 곰|🐼 panda 판다|🐸 frog 개구리|🐵 monkey 원숭이|🦆 duck 오리|🐢 turtle 거북|🐝 bee 벌|🦋 butterfly 나비|🌱 sprout 새싹|🌸 blossom 벚꽃|🌹 rose 장미|🌳 tree 나무|🍀 clover luck 클로버|🍎 apple 사과|🍓 strawberry 딸기|🍕 pizza 피자|🍔 burger 버거|🍜 noodles 라면|🍣 sushi 초밥|🍰 cake 케이크|☕ coffee 커피|🍺 beer 맥주|🥂 cheers 건배|☀️ sun 해|🌧️ rain 비|❄️ snow 눈|🌈 rainbow 무지개|🌙 moon 달|⭐ star 별',
  },
  {
    group: 'things',
    list: '🎂 birthday cake 생일|🎁 gift 선물|🎈 balloon 풍선|🏆 trophy win 우승|⚽ soccer 축구|🎮 game 게임|🎵 music 음악|🎨 art 그림|📷 camera 사진|💻 laptop 컴퓨터|📱 phone 전화|💡 idea 생각|🔧 tool fix 수리|📌 pin 고정|📎 clip 첨부|📅 calendar 달력|⏰ alarm time 시간|💰 money 돈|📈 up chart 상승|📉 down chart 하락|🔒 lock 잠금|🔑 key 열쇠|🚀 rocket ship 로켓|🚲 bicycle 자전거|🚗 car 차|✈️ plane 비행기|🏠 home 집|🗑️ trash 휴지통',
  },
  {
    group: 'signs',
    list: '💯 hundred 백점|❌ no cross 아니오|❓ question 물음|❗ important 중요|⚠️ warning 경고|🚫 forbidden 금지|➕ plus 더하기|➖ minus 빼기|💔 broken heart 실연|🧡 orange heart 하트|💛 yellow heart 하트|💚 green heart 하트|💙 blue heart 하트|💜 purple heart 하트|🖤 black heart 하트|✨ sparkles 반짝|💤 zzz 잠|💬 speech 말|🔴 red 빨강|🟢 green 초록|🟡 yellow 노랑|🔁 repeat 반복|🆗 ok 오케이|🇰🇷 korea 한국',
  },
];
