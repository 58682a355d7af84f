"use client";

import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { focusBack } from "@/components/focus-back";
import { useLazyPart } from "@/components/use-lazy-part";

const load = () => import("./new-chatflow-dialog").then((module) => module.NewChatflowDialog);

/** The button and its dialog. What was typed stays when the dialog is closed and opened again. */
export function NewChatflow() {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const { Part: Dialog, whenLoaded } = useLazyPart(load);

  function close() {
    setIsOpen(false);
    focusBack(button.current);
  }

  return (
    <>
      <Button
        ref={button}
        aria-haspopup="dialog"
        leftSection={<IconPlus size={16} aria-hidden="true" />}
        onClick={() => whenLoaded(() => setIsOpen(true))}
      >
        New chatflow
      </Button>
      {Dialog && <Dialog isOpen={isOpen} onClose={close} />}
    </>
  );
}
