import type { Metadata, Viewport } from "next";
import { notFound } from "next/navigation";
import { Chat } from "./chat";
import { loadSharedChat } from "./load";

interface Props {
  params: Promise<{ id: string }>;
}

/** Not for search engines: the layout says so. */
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const chat = await loadSharedChat((await params).id);
  return { title: { absolute: chat ? chat.title : "This chat is not available" }, description: null };
}

/** An on-screen keyboard makes the page shorter, so that what is typed stays in sight. */
export const viewport: Viewport = { interactiveWidget: "resizes-content" };

/** A public chatflow, for the people who talk with it. */
export default async function SharedChatPage({ params }: Props) {
  const chat = await loadSharedChat((await params).id);
  if (!chat) notFound();
  return <Chat chat={chat} />;
}
