"use client";

import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { useState } from "react";

const NewChatflowDialog = dynamic(() => import("./new-chatflow-dialog").then((module) => module.NewChatflowDialog), {
  ssr: false,
});

/** The button and its dialog. What was typed stays when the dialog is closed and opened again. */
export function NewChatflow() {
  const [isOpen, setIsOpen] = useState(false);
  const [wasOpened, setWasOpened] = useState(false);
  return (
    <>
      <Button
        aria-haspopup="dialog"
        leftSection={<IconPlus size={16} aria-hidden="true" />}
        onClick={() => {
          setIsOpen(true);
          setWasOpened(true);
        }}
      >
        New chatflow
      </Button>
      {wasOpened && <NewChatflowDialog isOpen={isOpen} onClose={() => setIsOpen(false)} />}
    </>
  );
}
