/** The signs a category can have; the help site knows how to draw each of them (surfaces/shared/icons.json). */
import arrowDownUp from "icon:arrow-down-up";
import bell from "icon:bell";
import blocks from "icon:blocks";
import bookOpen from "icon:book-open";
import braces from "icon:braces";
import chartCandlestick from "icon:chart-candlestick";
import chartLine from "icon:chart-line";
import clock from "icon:clock";
import coins from "icon:coins";
import creditCard from "icon:credit-card";
import fileText from "icon:file-text";
import gift from "icon:gift";
import globe from "icon:globe";
import graduationCap from "icon:graduation-cap";
import handshake from "icon:handshake";
import idCard from "icon:id-card";
import keyRound from "icon:key-round";
import landmark from "icon:landmark";
import lock from "icon:lock";
import mail from "icon:mail";
import messagesSquare from "icon:messages-square";
import percent from "icon:percent";
import piggyBank from "icon:piggy-bank";
import qrCode from "icon:qr-code";
import receipt from "icon:receipt";
import rocket from "icon:rocket";
import scale from "icon:scale";
import server from "icon:server";
import shieldCheck from "icon:shield-check";
import smartphone from "icon:smartphone";
import sprout from "icon:sprout";
import triangleAlert from "icon:triangle-alert";
import userRound from "icon:user-round";
import users from "icon:users";
import wallet from "icon:wallet";
import wrench from "icon:wrench";

/** By name, in the order they are offered: money, people and safety, the house. */
export const SIGNS = {
  "arrow-down-up": arrowDownUp,
  "key-round": keyRound,
  sprout,
  "id-card": idCard,
  landmark,
  "chart-candlestick": chartCandlestick,
  "chart-line": chartLine,
  braces,
  gift,
  blocks,
  "triangle-alert": triangleAlert,
  coins,
  wallet,
  "credit-card": creditCard,
  percent,
  receipt,
  "piggy-bank": piggyBank,
  handshake,
  "shield-check": shieldCheck,
  lock,
  "user-round": userRound,
  users,
  smartphone,
  "qr-code": qrCode,
  globe,
  mail,
  "messages-square": messagesSquare,
  bell,
  clock,
  server,
  wrench,
  rocket,
  "graduation-cap": graduationCap,
  scale,
  "file-text": fileText,
  "book-open": bookOpen,
} as const;

export type Sign = keyof typeof SIGNS;
export const isSign = (name: string): name is Sign => name in SIGNS;
/** The drawing of a name; of a name that we do not offer, the one the help site falls back to. */
export const drawing = (name: string): string => (isSign(name) ? SIGNS[name] : bookOpen);
