/*
 * Passwords that every guessing tool tries first, of at least 8 characters, in lower case. Short on purpose: it stops
 * the worst; the limits on log-ins stop the rest of the guessing.
 */
const COMMON = new Set(
  `00000000 000000000 0000000000 01234567 0123456789 11111111 111111111 1111111111 11223344 1122334455 12121212 12341234
  12344321 123454321 12345678 123456789 1234567890 12345678910 1234567891 123456780 1234567899 123456abc 123456aa
  123456qwerty 1234qwer 1234qwerty 123123123 123321123 123qwe123 123qweasd 12qwaszx 147258369 159357456 1a2b3c4d
  1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 22222222 33333333 44444444 55555555 66666666 77777777
  87654321 88888888 987654321 9876543210 99999999 aa123456 aaaaaaaa abc12345 abc123456 abcd1234 abcdefgh abcdefg1
  access14 adminadmin admin123 admin1234 administrator asdasdasd asdf1234 asdfasdf asdfghjk asdfghjkl babygirl
  barcelona baseball baseball1 basketball batman123 blink182 brooklyn butterfly changeme changeme1 charlie1 chocolate
  computer computer1 corvette danielle default1 dearbook dragon123 dragonball elephant football football1 forever1
  fuckyou1 gfhjkmgfhjkm google123 hello123 helloworld iloveyou iloveyou1 iloveyou2 internet jennifer jessica1 jordan23
  justin12 kimberly letmein1 letmein123 letmeinnow liverpool liverpool1 lovelove manchester marina123 maverick metallica
  michael1 michelle midnight monkey123 nicholas p@ssw0rd p@ssword pa55word passw0rd passw0rd1 password password!
  password0 password01 password1 password1! password11 password12 password123 password1234 password2 password3 password9
  passwort passwort1 patricia pokemon1 princess princess1 q1w2e3r4 q1w2e3r4t5 qazwsx123 qazwsxedc qqqqqqqq qwer1234
  qwerasdf qwerqwer qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwertyui qwertyuiop qwertz123 samantha
  samsung1 scorpion secret123 sexsexsex shadow12 spiderman starwars starwars1 steelers sunshine sunshine1 superman
  superman1 test1234 testtest trustno1 valentina victoria welcome1 welcome123 whatever william1 wordpass xxxxxxxx
  zaq12wsx zaq1zaq1 zxcvbnm1 zxcvbnm123 zxcvzxcv zzzzzzzz`.split(/\s+/),
);

/** Whether a password, however it is capitalised, is one that is tried first. */
export const isCommonPassword = (password: string): boolean => COMMON.has(password.normalize('NFKC').toLowerCase());
