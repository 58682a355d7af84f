import type { ChatLook } from "@/lib/sharing/chat-look";

/** The widget's own ink, for where the chat's colour could not be read on white. */
const ink = "#303235";

/**
 * How a chat looks on the shared page, in the words of Flowise's widget (`theme` of flowise-embed 3.1.6).
 * @param hasButton whether it is opened by a button
 */
export function widgetTheme({ title, welcome, colour, textColour, avatarUrl }: ChatLook, hasButton: boolean) {
  // White on a colour reads well only where the colour reads well on white.
  const iconColour = textColour === "#ffffff" ? colour : ink;
  return {
    ...(hasButton && { button: { backgroundColor: colour, iconColor: textColour } }),
    chatWindow: {
      showTitle: true,
      title,
      ...(avatarUrl && { titleAvatarSrc: avatarUrl }),
      titleBackgroundColor: colour,
      titleTextColor: textColour,
      ...(welcome && { welcomeMessage: welcome }),
      userMessage: { backgroundColor: colour, textColor: textColour },
      ...(avatarUrl && { botMessage: { showAvatar: true, avatarSrc: avatarUrl } }),
      textInput: { sendButtonColor: iconColour },
      feedback: { color: iconColour },
    },
  };
}
